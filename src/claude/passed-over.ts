const typed = '{"type":"';
const system = '{"type":"system","subtype":"';

/** Events of these types, and system events of these subtypes, are what `transcript.ts` reads. */
const typesRead = ['system', 'assistant', 'result', 'rate_limit_event'];
const subtypesRead = ['init', 'background_tasks_changed', 'api_retry'];

/**
 * An event of a kind that the transcript does not read, as Claude Code writes it: its type first, and whole to its last
 * brace. Such lines are most of the bytes of a log (tool results, progress), and need not be parsed to be passed on. What
 * is written in any other way is parsed.
 */
export function saysNothing(line: string): boolean {
  if (!line.startsWith(typed) || !line.endsWith('}')) return false;
  if (line.startsWith(system)) return !isOneOf(subtypesRead, line, system.length);
  return !isOneOf(typesRead, line, typed.length);
}

/** A name that is none of the known ones, or that is not plain: then it is to be parsed. */
function isOneOf(names: readonly string[], line: string, from: number): boolean {
  const end = line.indexOf('"', from);
  if (end < 0 || end - from > 64) return true;
  for (let at = from; at < end; at++) if (line[at] === '\\') return true;
  return names.some((name) => name.length === end - from && line.startsWith(name, from));
}
