import { expect } from 'vitest';
import type { Cause, FailureCode } from '../../src/failure/table.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { type Allowance, brokenBy, settled } from './holds/every-run.ts';
import { brokenLines } from './holds/lines.ts';
import type { StartInput } from './plan.ts';
import { type Started, start } from './start.ts';
import { kubectlJson, until } from './tools.ts';
import { writtenIn } from './written.ts';

export interface Expected extends Allowance {
  code: FailureCode | null;
  cause?: Cause | null;
  exitCode?: number | null;
  /** What the message must say. */
  says?: readonly (string | RegExp)[];
  /** What some note must say. */
  notes?: readonly (string | RegExp)[];
  /** What becomes of the Job; the default is that nothing of it is left. */
  job?: Outcome['job'];
}

/** Plays a run to its end, lets `during` interfere, and holds its verdict and everything that must hold of every run. */
export async function verdictOf(
  input: StartInput,
  expected: Expected,
  during?: (run: Started) => Promise<void>,
): Promise<{ run: Started; outcome: Outcome }> {
  const run = await start(input);
  try {
    const [outcome] = await Promise.all([run.outcome(), during?.(run)]);
    expect(
      { code: outcome.verdict.code, cause: outcome.verdict.cause, message: outcome.verdict.message },
      JSON.stringify(outcome.verdict),
    ).toMatchObject({
      code: expected.code,
      ...(expected.cause === undefined ? {} : { cause: expected.cause }),
    });
    if (expected.exitCode !== undefined) expect(outcome.verdict.exitCode).toBe(expected.exitCode);
    for (const words of expected.says ?? []) expect(outcome.verdict.message).toMatch(words);
    const notes = outcome.verdict.notes.join('\n');
    for (const words of expected.notes ?? []) expect(notes).toMatch(words);
    if (expected.job !== undefined) expect(outcome.job).toBe(expected.job);
    await closeAndHold(run, expected);
    return { run, outcome };
  } finally {
    await run.close();
  }
}

/** Closes a run that has ended and holds everything that must hold of every run. */
export async function closeAndHold(run: Started, allowance: Allowance = {}): Promise<Outcome> {
  const outcome = await run.outcome();
  await run.close();
  const pod = outcome.evidence.pod?.name;
  const written = writtenIn(run.plan.request.namespace);
  const wrote = () => (pod === undefined ? [] : written.lines(pod));
  const broken = [
    ...(await settled(() => brokenLines(run.delivered(), wrote(), outcome))),
    ...(await brokenBy(run, outcome, allowance)),
  ];
  expect(broken).toEqual([]);
  return outcome;
}

/** The pod of a run once it is there and `check` holds of it. */
export async function podOf(run: Started, check: (pod: PodJson) => boolean = () => true): Promise<PodJson> {
  return until(`the pod of ${run.jobName}`, async () => {
    const list: { items?: PodJson[] } = await kubectlJson(
      '-n',
      run.plan.request.namespace,
      'get',
      'pods',
      '-l',
      `job-name=${run.jobName}`,
    );
    return list.items?.find(check);
  });
}

export interface PodJson {
  metadata: { name: string; uid: string; deletionTimestamp?: string };
  status: { phase: string; containerStatuses?: { name: string; state: Record<string, unknown> }[] };
}

export function isRunning(pod: PodJson): boolean {
  return pod.status.containerStatuses?.some(({ name, state }) => name === 'claude' && 'running' in state) === true;
}
