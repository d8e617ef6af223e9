import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { annotation, label } from '../../../src/manifest/labels.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { apply, kubectl, surroundings, until } from '../tools.ts';
import { type Expected, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-orphans');
const work = steps(mortal, init, content, 'sleep 6 & wait $!', result);

interface LeftJob {
  agentId: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  suspended?: boolean;
  fake?: string;
}

/** A Job as an earlier process or the predecessor left it. */
async function leave({ agentId, labels = {}, annotations, suspended = false, fake = work }: LeftJob): Promise<string> {
  const name = `left-${agentId}`;
  const all = {
    [label.managedBy]: 'paperclip',
    [label.component]: 'agent-job',
    [label.adapterType]: 'claude_k8s',
    [label.agentId]: agentId,
    [label.runId]: 'earlier-run',
    ...labels,
  };
  await apply({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels: all, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      suspend: suspended,
      backoffLimit: 0,
      template: {
        metadata: { labels: all },
        spec: {
          restartPolicy: 'Never',
          containers: [
            {
              name: 'claude',
              image: surroundings().fakeImage,
              command: ['sh', '-c', 'exec claude --print -'],
              env: [{ name: 'FAKE_CLAUDE', value: fake.replaceAll('$', '$$$$') }],
            },
          ],
        },
      },
    },
  });
  return name;
}

const uids = async (name: string) =>
  (await kubectl('-n', namespace, 'get', 'job', name, '--ignore-not-found', '-o', 'jsonpath={.metadata.uid}')).trim();
const task = { [label.taskId]: 'task-1' };
const holder = (over: Record<string, unknown> = {}) => ({
  [annotation.holder]: JSON.stringify({ host: 'elsewhere', bootId: 'other', pid: 1, ...over }),
  [annotation.renewedAt]: new Date().toISOString(),
});

const refusals: [string, LeftJob, Record<string, unknown>, Expected][] = [
  [
    'the predecessor’s Job without a task',
    { agentId: 'no-task' },
    { taskId: 'task-1' },
    { code: 'k8s_orphan_task_unknown', job: 'none' },
  ],
  [
    'a run without a task',
    { agentId: 'no-own-task', labels: task },
    {},
    { code: 'k8s_orphan_task_unknown', job: 'none' },
  ],
  [
    'another task',
    { agentId: 'other-task', labels: { [label.taskId]: 'task-2' } },
    { taskId: 'task-1' },
    { code: 'k8s_concurrent_run_blocked', says: [/task-2/], job: 'none' },
  ],
  [
    'another session',
    { agentId: 'other-session', labels: { ...task, [label.sessionId]: 's-1' } },
    { taskId: 'task-1', sessionId: 's-2' },
    { code: 'k8s_orphan_session_mismatch', says: [/s-1/, /s-2/], job: 'none' },
  ],
  [
    'a living holder elsewhere',
    { agentId: 'owned', labels: task, annotations: holder() },
    { taskId: 'task-1' },
    { code: 'k8s_concurrent_run_blocked', says: [/elsewhere/], job: 'none' },
  ],
];

describe.concurrent('a Job that stands in the way and stays', () => {
  test.each(refusals)('%s', async (_, left, run, expected) => {
    const name = await leave(left);
    const before = await uids(name);
    await verdictOf({ namespace, fake: work, run: { ...run, agentId: left.agentId } }, expected);
    expect(await uids(name)).toBe(before);
    await kubectl('-n', namespace, 'delete', 'job', name, '--wait=false');
  });

  test('adoption switched off', async () => {
    const name = await leave({ agentId: 'off', labels: task });
    const input = {
      namespace,
      fake: work,
      config: { reattachOrphanedJobs: false },
      run: { agentId: 'off', taskId: 'task-1' },
    };
    await verdictOf(input, { code: 'k8s_concurrent_run_blocked', says: [/reattachOrphanedJobs/] });
    expect(await uids(name)).not.toBe('');
  });
});

const adoptions: [string, LeftJob][] = [
  ['the predecessor’s, without any annotation', { agentId: 'predecessor', labels: task }],
  [
    'released by its holder',
    {
      agentId: 'released',
      labels: task,
      annotations: { ...holder(), [annotation.releasedAt]: new Date().toISOString() },
    },
  ],
  [
    'of a process of this host that is gone',
    { agentId: 'dead-pid', labels: task, annotations: holder({ host: hostname(), pid: 2 ** 22 + 1 }) },
  ],
  [
    'of a pod that is gone',
    { agentId: 'dead-pod', labels: task, annotations: holder({ pod: 'no-such-pod', podNamespace: namespace }) },
  ],
  [
    'not renewed for 3 minutes',
    {
      agentId: 'expired',
      labels: task,
      annotations: { ...holder(), [annotation.renewedAt]: new Date(Date.now() - 181_000).toISOString() },
    },
  ],
];

describe.concurrent('a Job that nobody owns is adopted', () => {
  test.each(adoptions)('%s', async (_, left) => {
    const name = await leave(left);
    const input = { namespace, fake: 'exit 9', run: { agentId: left.agentId, taskId: 'task-1' } };
    const { run, outcome } = await verdictOf(input, {
      code: null,
      job: 'deleted',
      notes: [/prompt of this run was not delivered/],
    });
    expect(run.text()).toContain(`[paperclip] adopted Job ${name} of run earlier-run`);
    expect(run.lines()).toHaveLength(3);
    expect(outcome.promptDelivered).toBe(false);
    expect(await uids(name)).toBe('');
  });

  test('finished and not concluded by anyone', async () => {
    const name = await leave({ agentId: 'finished', labels: task, fake: steps(init, content, result) });
    await until(
      'the end of the Job',
      async () => (await kubectl('-n', namespace, 'get', 'job', name, '-o', 'jsonpath={.status.succeeded}')) === '1',
    );
    const input = { namespace, fake: 'exit 9', run: { agentId: 'finished', taskId: 'task-1' } };
    const { run } = await verdictOf(input, { code: null, job: 'deleted' });
    expect(run.lines()).toHaveLength(3);
  });
});

describe.concurrent('an admission that died on the way', () => {
  test('is removed when it is a minute old, and the run goes on', async () => {
    const name = await leave({
      agentId: 'abandoned',
      labels: { [label.taskId]: 'task-2' },
      annotations: holder({ host: hostname(), pid: 2 ** 22 + 1 }),
      suspended: true,
    });
    const { outcome } = await verdictOf(
      { namespace, fake: work, run: { agentId: 'abandoned', taskId: 'task-1' } },
      { code: null, removes: [name] },
    );
    expect(outcome.evidence.at - outcome.evidence.startedAt).toBeGreaterThan(55_000);
    expect(await uids(name)).toBe('');
  });

  test('is nobody’s to remove while a queue holds it', async () => {
    const name = await leave({
      agentId: 'queued',
      labels: { [label.taskId]: 'task-2', 'kueue.x-k8s.io/queue-name': 'q' },
      suspended: true,
    });
    await verdictOf(
      { namespace, fake: work, run: { agentId: 'queued', taskId: 'task-1' } },
      { code: 'k8s_concurrent_run_blocked' },
    );
    expect(await uids(name)).not.toBe('');
  });
});

test('a run that sees its Job adopted ends as handed over and touches nothing', async () => {
  const input = { namespace, fake: work, run: { agentId: 'taken' } };
  const { run, outcome } = await verdictOf(input, { code: 'k8s_run_handed_over', job: 'not_ours' }, async (during) => {
    await until('output', () => during.lines().length > 1);
    const patch = JSON.stringify({ metadata: { labels: { [label.runId]: 'another-run' } } });
    await kubectl('-n', namespace, 'patch', 'job', during.jobName, '--type=merge', '-p', patch);
  });
  expect(outcome.verdict.message).toContain('another-run');
  expect(await uids(run.jobName)).not.toBe('');
});
