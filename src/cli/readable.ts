import { decode, type Fields, fieldsIn, listIn, textIn } from '../claude/event.ts';

const longestInput = 160;

/**
 * What a person wants to see of one line of the agent's output: its text, and each tool call in a line. Undefined for
 * what only programs read. Nothing of a line that is no protocol is held back.
 */
export function readable(line: string): string | undefined {
  const decoded = decode(line);
  if (decoded.is === 'plain') return decoded.text;
  if (decoded.is === 'unreadable') return undefined;
  const { event } = decoded;
  if (event.type !== 'assistant') return undefined;
  const depth = textIn(event.parent_tool_use_id) === undefined ? '' : '  ';
  const parts = listIn(fieldsIn(event.message).content).flatMap((block) => partOf(fieldsIn(block)) ?? []);
  return parts.length === 0 ? undefined : parts.map((part) => depth + part.replaceAll('\n', `\n${depth}`)).join('\n');
}

function partOf(block: Fields): string | undefined {
  if (block.type === 'text') return textIn(block.text)?.trimEnd();
  if (block.type !== 'tool_use') return undefined;
  const input = Object.values(fieldsIn(block.input)).find((value) => typeof value === 'string');
  const shown = textIn(input)?.split('\n')[0] ?? '';
  return `> ${textIn(block.name) ?? 'tool'} ${shown.length > longestInput ? `${shown.slice(0, longestInput)}...` : shown}`;
}
