import { expect } from 'vitest';
import type { Cause, FailureCode } from '../../src/failure/table.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { type Started, type StartInput, start } from './start.ts';
import { kubectl, kubectlJson, until } from './tools.ts';

export interface Expected {
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
    await holdsOfEveryRun(run, outcome);
    return { run, outcome };
  } finally {
    await run.close();
  }
}

async function holdsOfEveryRun(run: Started, outcome: Outcome): Promise<void> {
  holdsSpans(run);
  await holdsCounters(run, outcome);
  const { message } = outcome.verdict;
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(2048);
  expect(message).not.toContain('\n');
  if (outcome.job === 'retained') await holdsLines(run, outcome);
  if (outcome.job === 'deleted') {
    await until('the Job is gone', () => isGone(run, 'job'));
    await until('its Secret is gone', () => isGone(run, 'secret'));
  }
}

/** One root, a child for each phase that was entered, nothing open. */
function holdsSpans(run: Started): void {
  const spans = run.spans();
  const roots = spans.filter(({ name }) => name === 'claude_k8s.run');
  expect(roots).toHaveLength(1);
  const names = new Set(spans.map(({ name }) => name));
  const phases = run.transitions.flatMap((t) => (t.type === 'phase_entered' ? [t.phase] : []));
  for (const phase of new Set(phases)) {
    const name = phase === 'create' ? 'create_job' : phase;
    if (phase !== 'ended') expect([...names]).toContain(`claude_k8s.${name}`);
  }
}

/** Exactly one error series moved, and that of the verdict; on a success none. */
async function holdsCounters(run: Started, { verdict }: Outcome): Promise<void> {
  const text = await run.telemetry.registry.metrics();
  const moved = text
    .split('\n')
    .filter((line) => /^claude_k8s_(run_)?errors_total\{/.test(line) && !/ 0$/.test(line.split(' # ')[0] ?? ''));
  if (verdict.code === null) return expect(moved).toEqual([]);
  expect(moved).toHaveLength(1);
  expect(moved[0]).toContain(`code="${verdict.code}"`);
  expect(moved[0]).toContain(`cause="${verdict.cause ?? 'none'}"`);
}

/** What was delivered is what the container wrote, by another way to its log than ours. */
async function holdsLines(run: Started, { evidence }: Outcome): Promise<void> {
  const pod = evidence.pod?.name;
  if (pod === undefined || evidence.container.known !== 'terminated' || evidence.log.gaps.length > 0) return;
  const wrote = await kubectl('-n', run.plan.request.namespace, 'logs', pod, '-c', 'claude');
  expect(run.lines()).toEqual(wrote.split('\n').filter((line) => line !== ''));
}

async function isGone(run: Started, kind: 'job' | 'secret'): Promise<boolean> {
  const found = await kubectl(
    '-n',
    run.plan.request.namespace,
    'get',
    kind,
    run.jobName,
    '--ignore-not-found',
    '-o',
    'name',
  );
  return found.trim() === '';
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
