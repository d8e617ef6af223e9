import { describe, expect, test } from 'vitest';
import { label } from '../../src/manifest/labels.ts';
import { condition, endedAt, job } from '../failure/build.ts';
import { done, endedPod, exits, init, json, mine, runningPod, said, talking, World } from './world.ts';

describe('a run that ends by itself', () => {
  test('is a success, told before the Job is marked and deleted', () => {
    const world = talking([init, said, done]);
    exits(world, [init, said, done]);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'success', ttlSeconds: 300 }]);
    expect(world.asked('delete_job')).toEqual([]);
    world.cleanUp();
    expect(world.outcome).toMatchObject({
      verdict: { code: null, exitCode: 0 },
      job: 'deleted',
      result: { text: 'done' },
    });
    expect(world.phases()).toEqual(['schedule', 'stream', 'pod_lookup', 'conclude', 'cleanup']);
    expect(world.step).toMatchObject({ wakeAt: undefined, state: { phase: { name: 'ended' } } });
  });
  test('whose container is killed for memory is truncated', () => {
    const world = talking([init, said]);
    exits(world, [init, said], { exitCode: 137, reason: 'OOMKilled' });
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'claude_truncated', cause: 'oom_killed', exitCode: 137 });
  });
  test('tells how long the condition of its Job came after its end, where that came in time', () => {
    const world = talking([init, said, done]);
    const late = condition('Complete', undefined, { at: endedAt + 3_000 });
    world.job(job({ labels: mine, resourceVersion: '900', conditions: [late] }));
    exits(world, [init, said, done]);
    expect(world.transitions.filter(({ type }) => type === 'condition_lag')).toMatchObject([{ seconds: 3 }]);
  });
  test('is not concluded before its log is read, whatever the Job says', () => {
    const world = talking([init, said]);
    world.job(job({ labels: mine, resourceVersion: '900', conditions: [condition('Complete')] }));
    world.pod(endedPod());
    expect(world.phases()).not.toContain('conclude');
  });
});

describe('a stream that ends while the container runs', () => {
  test('is reopened, and the silence after it never ends the run', () => {
    const world = talking([init, said]);
    world.end();
    world.pass(3 * 60 * 60_000);
    expect(world.outcome).toBeUndefined();
    expect(world.asked('delete_job')).toEqual([]);
    expect(world.phases().slice(0, 4)).toEqual(['schedule', 'stream', 'grace', 'stream']);
  });
  test('keeps at most one log stream open', () => {
    const world = talking([init]);
    world.pass(30 * 60_000);
    let open = 0;
    for (const effect of world.effects) {
      if (effect.do === 'open_log') open++;
      if (effect.do === 'close_log') open--;
      expect(open).toBeLessThanOrEqual(1);
    }
    expect(world.asked('open_log').length).toBeGreaterThan(20);
  });
});

describe('a Job that is gone', () => {
  test('is verified by a direct read before it is called deleted', () => {
    const world = talking([init, said]);
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
    world.podGone();
    expect(world.outcome).toBeUndefined();
    expect(world.asked('read_job')).toHaveLength(1);
    world.fault('read_job', 'unreachable');
    world.pass(60_000);
    expect(world.outcome).toBeUndefined();
    world.fault('read_job', 'not_found');
    world.ok('read_pods', { pods: [] });
    expect(world.outcome).toMatchObject({ job: 'none', verdict: { code: 'k8s_job_deleted_externally' } });
    expect(world.asked('delete_job')).toEqual([]);
    expect(deletions(world)).toMatchObject([{ by: 'other_client', route: 'watch-deleted' }]);
  });
  test('by a delete of ours is told once, as ours, also where it could not be marked', () => {
    const world = new World({}, {}, false);
    world.pod(runningPod);
    world.lines(init, said);
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    world.ok('delete_job', 'deleted');
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
    world.podGone();
    world.fault('read_pods', 'not_found');
    expect(world.outcome).toMatchObject({ verdict: { code: 'cancelled' } });
    expect(deletions(world)).toMatchObject([{ by: 'self', route: 'own-delete' }]);
  });
});

function deletions({ transitions }: World) {
  return transitions.filter(({ type }) => type === 'job_deleted');
}

describe('a cancel', () => {
  test('marks and deletes the Job, and waits until the pod is gone', () => {
    const world = talking([init, said]);
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    expect(world.asked('conclude_job')).toMatchObject([{ deleting: 'run stopped: cancelled' }]);
    world.ok('conclude_job', 'concluded');
    world.ok('delete_job', 'deleted');
    expect(world.outcome).toBeUndefined();
    world.pod(endedPod({ exitCode: 143 }, { deletionAt: world.at + 20_000 }));
    expect(world.outcome).toBeUndefined();
    world.podGone();
    world.fault('read_pods', 'not_found');
    expect(world.outcome).toMatchObject({ verdict: { code: 'cancelled', exitCode: 143 } });
  });
  test('goes on asking while the API is away', () => {
    const world = talking([init]);
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    world.fault('conclude_job', 'unreachable');
    world.pass(60_000);
    expect(world.asked('conclude_job')).toHaveLength(2);
    expect(world.outcome).toBeUndefined();
  });
});

test('a shutdown releases the Job and deletes nothing', () => {
  const world = talking([init, said]);
  world.see({ type: 'shutdown_requested', at: world.at, reason: 'SIGTERM' });
  expect(world.asked('release_holder')).toHaveLength(1);
  expect(world.asked('delete_job')).toEqual([]);
  expect(world.asked('conclude_job')).toEqual([]);
  expect(world.outcome).toMatchObject({ verdict: { code: 'k8s_run_handed_over' }, job: 'left_running' });
});

test('a run that sees its Job adopted lets it go', () => {
  const world = talking([init, said]);
  world.job(job({ labels: { [label.runId]: 'r2' }, resourceVersion: '101' }));
  expect(world.outcome).toMatchObject({ verdict: { code: 'k8s_run_handed_over' }, job: 'not_ours' });
  expect(world.asked('delete_job')).toEqual([]);
});

describe('a container that hangs', () => {
  /** The read that ends by itself and brings nothing new. */
  const provesSilence = (world: World) => {
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: false });
    world.end();
  };

  test('after its result is stopped, and the run is a success with a note', () => {
    const world = talking([init, said, done], { exitAfterResultSec: 10 });
    world.pass(10_000);
    expect(world.asked('conclude_job')).toEqual([]);
    provesSilence(world);
    world.cleanUp();
    exits(world, [init, said, done], { exitCode: 143 });
    world.podGone();
    expect(world.outcome).toMatchObject({
      verdict: { code: null, notes: expect.arrayContaining([expect.stringContaining('did not exit')]) },
      job: 'deleted',
    });
  });

  test('in mid-answer is ended only when a stall timeout is set', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(299_000);
    expect(world.asked('open_log').every(({ follow }) => follow)).toBe(true);
    world.pass(2_000);
    expect(world.asked('conclude_job')).toEqual([]);
    provesSilence(world);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'stalled' }]);
  });

  test('only as it seems: a stream that died without a word had kept back what it said', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(301_000);
    world.lines(init, said, json({ type: 'user' }, 3));
    world.end();
    world.pass(60_000);
    expect(world.asked('conclude_job')).toEqual([]);
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: true });
  });

  test('is not stopped while its log can not be read', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(301_000);
    for (let tries = 0; tries < 5; tries++) {
      const fault = {
        kind: 'server_error',
        call: 'get pods/log',
        status: 500,
        reason: undefined,
        message: 'x',
        retryAfterMs: undefined,
      } as const;
      const { at, attempt } = world;
      world.see({ type: 'log_ended', at, attempt, how: 'refused', partial: undefined, fault });
      world.pass(20_000);
    }
    expect(world.asked('conclude_job')).toEqual([]);
  });

  test('is counted from its start, not from the Job’s', () => {
    const world = new World({ stallTimeoutSec: 60 });
    world.pass(100_000);
    world.pod(runningPod);
    world.pass(59_000);
    expect(world.asked('open_log').every(({ follow }) => follow)).toBe(true);
  });
});

test('a Job that is to be retained is marked and kept', () => {
  const world = talking([init, said, done], {}, { retainJobs: true });
  exits(world, [init, said, done]);
  expect(world.asked('conclude_job')).toMatchObject([{ deleting: undefined }]);
  world.ok('conclude_job', 'concluded');
  expect(world.outcome).toMatchObject({ job: 'retained', verdict: { code: null } });
});

test('a clean-up that fails is a warning and does not change the verdict', () => {
  const world = talking([init, said, done]);
  exits(world, [init, said, done]);
  world.fault('conclude_job', 'forbidden');
  expect(world.outcome).toMatchObject({ job: 'cleanup_failed', verdict: { code: null } });
});

test('a shutdown in the middle of the clean-up hands the verdict over at once and deletes nothing', () => {
  const world = talking([init, said, done]);
  exits(world, [init, said, done]);
  expect(world.asked('conclude_job')).toHaveLength(1);
  world.see({ type: 'shutdown_requested', at: world.at, reason: 'SIGTERM' });
  expect(world.outcome).toMatchObject({ verdict: { code: null }, job: 'left_running' });
  expect(world.asked('release_holder')).toHaveLength(1);
  world.ok('conclude_job', 'concluded');
  expect(world.asked('delete_job')).toEqual([]);
});
