/**
 * What the host's web page can show of one line: those of its transcript kinds that Claude Code's output leads to. `ts` is
 * the time the host gave to the line.
 */
export type Entry = { ts: string } & (
  | { kind: 'assistant' | 'thinking' | 'user' | 'system' | 'stdout'; text: string }
  | { kind: 'tool_call'; name: string; input: unknown; toolUseId?: string }
  | { kind: 'tool_result'; toolUseId: string; content: string; isError: boolean }
  | { kind: 'init'; model: string; sessionId: string }
  | {
      kind: 'result';
      text: string;
      inputTokens: number;
      outputTokens: number;
      cachedTokens: number;
      costUsd: number;
      subtype: string;
      isError: boolean;
      errors: string[];
    }
);

/** An entry before it has its time. */
export type Said = Entry extends infer One ? (One extends Entry ? Omit<One, 'ts'> : never) : never;

export function system(text: string): Said {
  return { kind: 'system', text };
}
