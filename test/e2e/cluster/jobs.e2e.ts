import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { startGate } from '../gate.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { type Started, start } from '../start.ts';
import { kubectl, until } from '../tools.ts';
import { closeAndHold, isRunning, podOf, verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-jobs');
const fake = (...parts: string[]) => ({ namespace, fake: steps(...parts) });
const idle = 'sleep 100000 & wait';
const working = (run: Started) => until('the agent at work', () => run.lines().length >= 2);
const k = (...args: string[]) => kubectl('-n', namespace, ...args);
const deleteJob = (run: Started) => k('delete', 'job', run.jobName, '--cascade=background', '--wait=false');

describe.concurrent('the Job goes away', () => {
  test('deleted by kubectl after the result: success with a note', async () => {
    const input = fake(mortal, init, content, result, idle);
    await verdictOf(input, { code: null, notes: [/deleted/] }, async (run) => {
      await until('the result', () => run.lines().length >= 3);
      await deleteJob(run);
    });
  });

  test('by a time-to-live brought down from outside right after the exit, before its log was read: success with a note', async () => {
    const gate = await startGate();
    const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
    gate.hold(({ url }) => url.includes('/log?') && !url.includes('follow=true'), gone);
    const input = { ...fake(init, content, 'sleep 2', result), kubeconfig: gate.kubeconfig };
    const { run } = await verdictOf(
      input,
      { code: null, notes: [/deleted by the TTL controller after the result/] },
      async (during) => {
        await until('the exit', () => during.transitions.some(({ type }) => type === 'container_ended'));
        await k('patch', 'job', during.jobName, '--type=merge', '-p', '{"spec":{"ttlSecondsAfterFinished":1}}');
        await until(
          'its end',
          async () => (await k('get', 'job', during.jobName, '--ignore-not-found', '-o', 'name')) === '',
        );
        isGone();
      },
    );
    await gate.close();
    expect(run.lines()).toHaveLength(3);
  });

  test('deleted by kubectl in mid-run', async () => {
    const expected = {
      code: 'k8s_job_deleted_externally',
      cause: 'deleted_by_other',
      says: [/another client/, /namespace e2e-jobs/],
    } as const;
    const { outcome, run } = await verdictOf(fake(mortal, init, content, idle), expected, async (during) => {
      await working(during);
      await deleteJob(during);
    });
    expect(outcome.verdict.message).not.toMatch(/admin|kubectl/);
    expect(run.lines()).toHaveLength(2);
  });
});

describe.concurrent('the run is stopped', () => {
  test('by its deadline', async () => {
    const input = { ...fake(mortal, init, content, idle), config: { timeoutSec: 6, graceSec: 30 } };
    await verdictOf(input, { code: 'timeout', cause: 'deadline_exceeded' });
  });

  test('by a cancel before the pod is there', async () => {
    const input = { ...fake(init), config: { 'resources.requests.cpu': '64', 'resources.limits.cpu': '64' } };
    await verdictOf(input, { code: 'cancelled', job: 'deleted' }, async (run) => {
      await until('the wait for it', () =>
        run.transitions.some((t) => t.type === 'phase_entered' && t.phase === 'schedule'),
      );
      run.handle.cancel('not needed any more');
    });
  });

  test('by a cancel in mid-run: 143 within 5 s, and the Job is gone', async () => {
    let asked = 0;
    const expected = { code: 'cancelled', exitCode: 143, job: 'deleted', says: [/not needed/] } as const;
    const { outcome } = await verdictOf(fake(mortal, init, content, idle), expected, async (run) => {
      await working(run);
      asked = Date.now();
      run.handle.cancel('not needed any more');
    });
    expect(outcome.evidence.at - asked).toBeLessThan(5000);
  });

  test('by a cancel after coming back to it', async () => {
    const first = await start(fake(mortal, init, content, idle));
    await working(first);
    await first.runtime.shutdown('host stops');
    expect((await closeAndHold(first)).verdict.code).toBe('k8s_run_handed_over');
    const again = { namespace, run: { start: { as: 'attach', job: first.jobName, cursor: undefined } } } as const;
    await verdictOf(again, { code: 'cancelled', exitCode: 143, job: 'deleted' }, async (run) => {
      await working(run);
      run.handle.cancel('not needed any more');
    });
    expect(await k('get', 'job', first.jobName, '--ignore-not-found', '-o', 'name')).toBe('');
  });

  test('by its stall timeout', async () => {
    const input = { ...fake(mortal, init, content, idle), config: { stallTimeoutSec: 8 } };
    await verdictOf(input, { code: 'timeout', cause: 'stalled', job: 'deleted' });
  });
});

describe.concurrent('the pod goes away', () => {
  test('by the eviction API', async () => {
    const expected = { code: 'claude_truncated', cause: 'evicted_by_api', exitCode: 143 } as const;
    await verdictOf(fake(mortal, init, content, idle), expected, async (run) => {
      await working(run);
      const pod = await podOf(run, isRunning);
      await evict(pod.metadata.name);
    });
  });

  test('deleted by kubectl', async () => {
    const expected = { code: 'claude_truncated', cause: 'sigterm', exitCode: 143 } as const;
    await verdictOf(fake(mortal, init, content, idle), expected, async (run) => {
      await working(run);
      const pod = await podOf(run, isRunning);
      await k('delete', 'pod', pod.metadata.name, '--wait=false');
    });
  });

  test('its emptyDir grows over the limit', { timeout: 300_000 }, async () => {
    const fill = 'dd if=/dev/zero of=/run/paperclip/big bs=1M count=100 2>/dev/null';
    const expected = { code: 'claude_truncated', cause: 'evicted', says: [/emptyDir|[Uu]sage/] } as const;
    await verdictOf(fake(mortal, init, content, fill, idle), expected);
  });
});

async function evict(pod: string): Promise<void> {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  const folder = await mkdtemp('/tmp/eviction-');
  await writeFile(`${folder}/body.json`, JSON.stringify(eviction));
  await kubectl('create', '--raw', `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`, '-f', `${folder}/body.json`);
  await rm(folder, { recursive: true });
}
