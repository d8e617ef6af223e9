import type { History } from './history/history.ts';
import type { Step } from './host-process.ts';
import type { Verdict } from './judge/judge.ts';
import type { Deletion } from './world/deletions.ts';

/** One build's run through one recording. */
export interface Played {
  build: string;
  ended: 'verdict' | 'never' | 'fault';
  /** Why it never ended, or what it threw. */
  why: string | undefined;
  /** The diagnosis, when there is a verdict. */
  diagnosis: Readonly<Record<string, unknown>>;
  /** What of a verdict the build can tell. One of another product may know of no causes. */
  tells: readonly (keyof Verdict)[];
  /** Empty for a build that tells none of them. */
  steps: readonly Step[];
  /** The agent's lines as the host got them. */
  lines: readonly string[];
  /** By call: `create jobs`. */
  requests: Readonly<Record<string, number>>;
  deletions: readonly Deletion[];
  /** As far as the containers came to say it: who is ended early says less. */
  said: History['logs'];
  /** Empty unless asked for. */
  metrics: string;
  /** Of its trace, where spans go anywhere. */
  traceId?: string | undefined;
  /** When its host was told to end, by the time of the world; undefined when it was not. */
  shutDownAt?: number | undefined;
  /** Virtual ms from the beginning to the verdict. */
  tookMs: number;
  /** ms of the verdict after the end of the recording, where the world has nothing more to tell; 0 before it. */
  beyondMs: number;
}

/** What the agent said, of all that the host got. */
export function agentLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] '));
}

export function countOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
