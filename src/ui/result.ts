import { type Fields, fieldsIn, listIn, textIn } from '../claude/event.ts';
import { readResult } from '../claude/result.ts';
import { type Said, system } from './entry.ts';
import { oneLine } from './one-line.ts';

/** The end of a turn. Its tokens are that turn's own, as the page adds up the results of a run; its cost is the run's so far. */
export function resultEntries(event: Fields): Said[] {
  const { text, usage, costUsd, subtype, isError, errors } = readResult(event, undefined);
  const result: Said = {
    kind: 'result',
    text,
    inputTokens: (usage?.inputTokens ?? 0) + (usage?.cacheCreationInputTokens ?? 0),
    outputTokens: usage?.outputTokens ?? 0,
    cachedTokens: usage?.cacheReadInputTokens ?? 0,
    costUsd: costUsd ?? 0,
    subtype,
    isError,
    errors: [...errors],
  };
  return [...denials(event), result];
}

/** Nobody is there to be asked, so a tool that needs leave was refused it. */
function denials(event: Fields): Said[] {
  const tools = listIn(event.permission_denials).map((denial) => textIn(fieldsIn(denial).tool_name) ?? 'a tool');
  return tools.length === 0 ? [] : [system(oneLine(`permission denied: ${tools.join(', ')}`))];
}
