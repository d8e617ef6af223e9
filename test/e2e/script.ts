/** Pieces of the shell script that plays Claude Code. */
export const init = emit({ type: 'system', subtype: 'init', session_id: 'session-1', model: 'scripted' });
export const content = says('working on it');
export const result = emit({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'done',
  session_id: 'session-1',
  num_turns: 1,
  usage: { input_tokens: 1, output_tokens: 1 },
});

/** One line of protocol. */
export function emit(event: Record<string, unknown>): string {
  return `printf '%s\\n' ${quote(JSON.stringify(event))}`;
}

export function says(text: string, id = 'msg-1'): string {
  return emit({ type: 'assistant', message: { id, model: 'scripted', content: [{ type: 'text', text }] } });
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A shell as process 1 ignores SIGTERM unless it says otherwise. */
export const mortal = "trap 'exit 143' TERM";

export function steps(...parts: string[]): string {
  return parts.join('\n');
}
