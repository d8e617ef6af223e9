import { agentContainer } from '../../manifest/place.ts';
import type { History } from '../history/history.ts';
import type { Step } from '../host-process.ts';
import type { Played } from '../played.ts';
import { countersIn } from './counters.ts';
import { type Divergence, firstDivergence } from './decisions.ts';
import { balanceOf, type LineBalance } from './lines.ts';

/** What a run is held against: the recorded one, or another build's run through the same recording. */
export interface Reference {
  name: string;
  verdict: Verdict;
  /** What of it can be held against another. */
  tells: readonly (keyof Verdict)[];
  steps: readonly Step[];
  /** Lines that reached the host. */
  delivered: number;
  requests: Readonly<Record<string, number>>;
  /** By series; undefined for a recording, which has none. */
  counters: Readonly<Record<string, number>> | undefined;
}

export interface Verdict {
  code: string | null;
  cause: string | null;
  exitCode: number | null;
}

/** Why a run is not the same. */
export type Change =
  | { is: 'verdict'; expected: Verdict; came: Verdict }
  | { is: 'no_verdict'; why: string }
  | { is: 'lines_lost'; lines: number }
  | { is: 'lines_doubled'; lines: number }
  | { is: 'living_job_deleted'; job: string; at: number }
  | { is: 'requests'; call: string; expected: number; came: number };

export interface Judgement {
  against: string;
  build: string;
  changes: readonly Change[];
  verdict: { expected: Verdict; came: Verdict | undefined; message: string };
  /** Where the two went different ways, if they did. Two ways may lead to one verdict. */
  divergence: Divergence | undefined;
  lines: LineBalance;
  /** By call, where they differ. Not a change by itself. */
  requests: Differences;
  /** Counters that moved otherwise than in the other build, by series. */
  counters: Differences;
  /** The verdict came where the recording has nothing more to tell, ms after its end. */
  beyondMs: number;
}

export type Differences = Readonly<Record<string, { expected: number; came: number }>>;

/** Codes of runs that end a living Job on purpose. */
const endsItself = new Set(['cancelled', 'timeout', 'k8s_pod_schedule_failed', 'k8s_concurrent_run_blocked']);

export function judge(history: History, reference: Reference, played: Played, strict = false): Judgement {
  const came = played.ended === 'verdict' ? verdictOf(played.diagnosis) : undefined;
  const { verdict: expected } = reference;
  const lines = balanceOf(writtenIn(history), played.lines);
  const requests = differing(reference.requests, played.requests);
  const changes: Change[] = [];
  if (came === undefined) changes.push({ is: 'no_verdict', why: played.why ?? '' });
  else if (differs(expected, came, both(reference.tells, played.tells)))
    changes.push({ is: 'verdict', expected, came });
  if (lines.doubled > 0) changes.push({ is: 'lines_doubled', lines: lines.doubled });
  const fewer = reference.delivered - played.lines.length;
  // The next process reads on from the cursor.
  const goesOn = came?.code === 'k8s_run_handed_over';
  if (fewer > 0 && lines.lost > 0 && !goesOn && !saysGap(played.diagnosis))
    changes.push({ is: 'lines_lost', lines: Math.min(fewer, lines.lost) });
  for (const { living, job, at } of played.deletions) {
    if (!living || endsItself.has(came?.code ?? '') || stopped(played.diagnosis)) continue;
    changes.push({ is: 'living_job_deleted', job, at: at - history.startedAt });
  }
  if (strict) for (const [call, counts] of Object.entries(requests)) changes.push({ is: 'requests', call, ...counts });
  return {
    against: reference.name,
    build: played.build,
    changes,
    verdict: { expected, came, message: textOf(played.diagnosis.message) },
    divergence:
      played.steps.length === 0 || reference.steps.length === 0
        ? undefined
        : firstDivergence(reference.steps, played.steps, history.startedAt),
    lines,
    requests,
    counters: reference.counters === undefined ? {} : differing(reference.counters, countersIn(played.metrics)),
    beyondMs: played.beyondMs,
  };
}

export const wholeVerdict: readonly (keyof Verdict)[] = ['code', 'cause', 'exitCode'];

export function verdictOf(diagnosis: unknown): Verdict {
  const { code, cause, exitCode } = Object(diagnosis);
  return {
    code: typeof code === 'string' ? code : null,
    cause: typeof cause === 'string' ? cause : null,
    exitCode: typeof exitCode === 'number' ? exitCode : null,
  };
}

/** What the agent wrote in all of its containers, in the order in which they ran. */
export function writtenIn({ logs }: History): string[] {
  return logs.filter(({ container }) => container === agentContainer).flatMap(({ lines }) => wholeLines(lines));
}

/** A line that the kubelet served in parts is one line. */
function wholeLines(lines: History['logs'][number]['lines']): string[] {
  const whole: string[] = [];
  for (const { stamp, text } of lines) {
    if (stamp === undefined && whole.length > 0) whole[whole.length - 1] += text;
    else whole.push(text);
  }
  return whole.filter((line) => line !== '');
}

function both<T>(one: readonly T[], other: readonly T[]): T[] {
  return one.filter((part) => other.includes(part));
}

function differs(expected: Verdict, came: Verdict, parts: readonly (keyof Verdict)[]): boolean {
  return parts.some((part) => expected[part] !== came[part]);
}

function differing(one: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>) {
  const calls = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(
    calls
      .map((call) => [call, { expected: one[call] ?? 0, came: other[call] ?? 0 }] as const)
      .filter(([, { expected, came }]) => expected !== came),
  );
}

function saysGap(diagnosis: Readonly<Record<string, unknown>>): boolean {
  const { gaps } = Object(diagnosis.log);
  return Array.isArray(gaps) && gaps.length > 0;
}

/** The run stopped its container by a rule, and says so. A Job that is handed over is to live. */
function stopped({ stop }: Readonly<Record<string, unknown>>): boolean {
  return stop !== undefined && stop !== null && Object(stop).why !== 'handed_over';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
