import { type Fields, fieldsIn, isFields, textIn } from '../claude/event.ts';
import type { Said } from './entry.ts';
import { oneLine } from './one-line.ts';

/** Of a tool in the pod, of one of an MCP server, or of one that the API itself runs. */
export function toolResult(block: Fields): Said {
  const failed = textIn(fieldsIn(block.content).type)?.endsWith('_error') === true;
  return {
    kind: 'tool_result',
    toolUseId: textIn(block.tool_use_id) ?? '',
    content: contentText(block.content),
    isError: block.is_error === true || failed,
  };
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content : [content];
  return parts.flatMap((part) => (typeof part === 'string' ? part : isFields(part) ? partText(part) : [])).join('\n');
}

/** A part in words: the text itself, and of what is no text the kind and what tells it from others of its kind. */
export function partText(part: Fields): string {
  const text = textIn(part.text);
  if (text !== undefined) return text;
  const source = fieldsIn(part.source);
  const words = [
    textIn(part.type) ?? 'block',
    textIn(part.title) ?? textIn(part.name) ?? textIn(part.tool_name),
    textIn(source.media_type),
    textIn(part.url) ?? textIn(part.uri) ?? textIn(source.url),
    textIn(part.error_code),
    sizeOf(textIn(source.data)),
  ];
  return `[${oneLine(words.filter((word) => word !== undefined).join(' '))}]`;
}

/** Of base64, where four characters are three bytes. */
function sizeOf(data: string | undefined): string | undefined {
  return data === undefined ? undefined : `${Math.ceil((data.length * 3) / 4 / 1024)} KiB`;
}
