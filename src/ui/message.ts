import { type Fields, fieldsIn, isFields, listIn, textIn } from '../claude/event.ts';
import { type Said, system } from './entry.ts';
import { oneLine } from './one-line.ts';
import { partText, toolResult } from './tool-result.ts';

/** The page walks what a tool was given by recursion. */
const levelsMax = 100;

/** What the model said, thought and called, or what Claude Code says in its place when the API failed. */
export function assistantEntries(event: Fields): Said[] {
  const message = fieldsIn(event.message);
  const text = message.model === '<synthetic>' ? system : voiceOf(event, 'assistant');
  const voices = { text, thinking: voiceOf(event, 'thinking'), other: system };
  return blocksOf(message).flatMap((block) => entriesOf(block, voices));
}

/** Results of tools come as messages of the user, as does what Claude Code itself tells the model. */
export function userEntries(event: Fields): Said[] {
  const text = event.isSynthetic === true ? toTheModel : voiceOf(event, 'user');
  const voices = { text, thinking: text, other: text };
  return blocksOf(fieldsIn(event.message)).flatMap((block) => entriesOf(block, voices));
}

type Voice = (text: string) => Said;
type Voices = Readonly<Record<'text' | 'thinking' | 'other', Voice>>;

/** Whole skills are told in this way. */
function toTheModel(text: string): Said {
  return system(oneLine(`to the model: ${text}`));
}

/** A sub-agent's words are not the agent's own, and what it is told comes from no user. */
function voiceOf(event: Fields, kind: 'assistant' | 'thinking' | 'user'): Voice {
  if (textIn(event.parent_tool_use_id) === undefined) return (text) => ({ kind, text });
  const name = `sub-agent ${oneLine(textIn(event.subagent_type) ?? '')}`.trim();
  const intro = { assistant: name, thinking: `${name} thinks`, user: `to ${name}` }[kind];
  return (text) => system(`${intro}: ${text}`);
}

function blocksOf(message: Fields): Fields[] {
  const { content } = message;
  return typeof content === 'string' ? [{ type: 'text', text: content }] : listIn(content).filter(isFields);
}

function entriesOf(block: Fields, { text, thinking, other }: Voices): Said[] {
  switch (block.type) {
    case 'text':
      return spoken(textIn(block.text), text);
    case 'thinking':
      // Empty where the model keeps its thoughts to itself and only signs them.
      return spoken(textIn(block.thinking), thinking);
    case 'redacted_thinking':
      return [thinking('(thinking that the API does not show)')];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [toolCall(block)];
    default:
      return textIn(block.type)?.endsWith('tool_result') ? [toolResult(block)] : [other(partText(block))];
  }
}

function spoken(text: string | undefined, voice: Voice): Said[] {
  return text === undefined || text.trim() === '' ? [] : [voice(text)];
}

function toolCall(block: Fields): Said {
  const toolUseId = textIn(block.id);
  const input = isDeeperThan(levelsMax, block.input) ? '(nested too deeply to be shown)' : (block.input ?? {});
  const called = { kind: 'tool_call' as const, name: textIn(block.name) ?? 'unknown tool', input };
  return toolUseId === undefined ? called : { ...called, toolUseId };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
