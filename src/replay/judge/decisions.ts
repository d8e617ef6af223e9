import type { Step } from '../host-process.ts';

/** The facts of a step that make it one decision and not another; without times, and without what differs from run to run. */
const decisive: Readonly<Record<string, readonly string[]>> = {
  phase_entered: ['phase', 'why'],
  job_created: ['suspended'],
  job_adopted: ['fromRunId'],
  job_withdrawn: ['why'],
  queued: ['queue'],
  gap: ['why'],
  verified: ['answer'],
  lookup: ['state'],
  grace_ended: ['how'],
  job_deleted: ['by'],
  cleanup_failed: ['call', 'fault'],
  run_ended: [],
};

export interface Divergence {
  /** ms since the run began. */
  at: number | undefined;
  expected: string | undefined;
  came: string | undefined;
  /** What was seen and decided before it, the latest last. */
  before: readonly string[];
}

const stepsBefore = 8;

/** The first decision in which a run goes another way than the expected one. */
export function firstDivergence(
  expected: readonly Step[],
  came: readonly Step[],
  startedAt: number,
): Divergence | undefined {
  const one = expected.filter(isDecision);
  const other = came.filter(isDecision);
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const [was, is] = [one[index], other[index]];
    const words = [was, is].map((step) => (step === undefined ? undefined : wordsOf(step)));
    if (words[0] === words[1]) continue;
    const until = is === undefined ? came.length : came.indexOf(is);
    const seen = came.slice(0, until).filter(({ type }) => type !== 'output');
    return {
      at: is === undefined ? undefined : is.at - startedAt,
      expected: words[0],
      came: words[1],
      before: seen.slice(-stepsBefore).map((step) => `${seconds(step.at - startedAt)} ${wordsOf(step, true)}`),
    };
  }
  return undefined;
}

function isDecision({ type }: Step): boolean {
  return Object.hasOwn(decisive, type);
}

function wordsOf(step: Step, all = false): string {
  const { type, at: _, outcome, ...facts } = step;
  const verdict = type === 'run_ended' ? verdictIn(outcome) : undefined;
  const keys = all && decisive[type] === undefined ? Object.keys(facts) : (decisive[type] ?? []);
  const named = keys.filter((key) => facts[key] !== undefined).map((key) => `${key}=${JSON.stringify(facts[key])}`);
  return [type, ...named, ...(verdict === undefined ? [] : [verdict])].join(' ');
}

function verdictIn(outcome: unknown): string {
  const { verdict } = Object(outcome);
  const { code, cause } = Object(verdict);
  return `${code ?? 'success'}${typeof cause === 'string' ? ` / ${cause}` : ''}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
