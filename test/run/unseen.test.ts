import { describe, expect, test } from 'vitest';
import { condition, job, pod } from '../failure/build.ts';
import { agent, endedPod, init, mine, ours, runningPod, said, talking, World } from './world.ts';

/** The watches show nothing: they began too late, or say nothing. */
function outOfPatience(): World {
  const world = new World();
  world.pass(6_000);
  world.ok('list_events', { events: [] });
  world.pass(121_000);
  world.ok('read_pods', { pods: [] });
  world.ok('list_events', { events: [] });
  return world;
}

describe('a start of which nothing was ever seen', () => {
  test('has its Job read before it is called a start that failed: gone is deleted', () => {
    const world = outOfPatience();
    expect(world.outcome).toBeUndefined();
    expect(world.asked('read_job')).toHaveLength(1);
    world.fault('read_job', 'not_found');
    world.ok('read_pods', { pods: [] });
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'unknown' });
    expect(world.outcome?.verdict.notes.join()).toContain('no pod of the Job was seen');
  });

  test('is one that failed when the Job is there', () => {
    const world = outOfPatience();
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [] });
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_schedule_failed', cause: 'unknown' });
    expect(world.asked('read_job')).toHaveLength(1);
  });

  test('may have begun meanwhile', () => {
    const world = outOfPatience();
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [runningPod] });
    expect(world.step.state.phase.name).toBe('stream');
  });
});

test('a Job that has ended, and whose pod nobody saw, is not said never to have started', () => {
  const world = new World();
  world.job(job({ labels: mine, resourceVersion: '300', conditions: [condition('Failed', 'BackoffLimitExceeded')] }));
  world.ok('read_pods', { pods: [] });
  world.cleanUp();
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_state_mismatch', cause: 'unknown', exitCode: null });
  expect(world.outcome?.verdict.notes.join()).toContain('no pod of the Job was seen');
});

describe('a stop of a run', () => {
  const stopped = (world: World): World => {
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    world.ok('conclude_job', 'concluded');
    world.ok('delete_job', 'deleted');
    return world;
  };

  test('of which no watch ever showed anything ends when there is no pod', () => {
    const world = stopped(new World());
    world.pass(29_000);
    expect(world.asked('read_pods')).toEqual([]);
    world.pass(2_000);
    expect(world.asked('read_pods')).toHaveLength(1);
    world.ok('read_pods', { pods: [] });
    expect(world.outcome).toMatchObject({ job: 'deleted', verdict: { code: 'cancelled' } });
  });

  test('whose pod went away unseen ends too', () => {
    const world = stopped(talking([]));
    world.pass(31_000);
    world.ok('read_pods', { pods: [endedPod({ exitCode: 143 }, { deletionAt: world.at })] });
    expect(world.outcome).toBeUndefined();
    world.pass(31_000);
    world.ok('read_pods', { pods: [] });
    world.ok('read_pods', { pods: [] });
    expect(world.outcome).toMatchObject({
      verdict: { code: 'cancelled', exitCode: 143 },
      evidence: { podGone: 'recheck-poll-404' },
    });
  });

  test('is not ended by an API that does not answer', () => {
    const world = stopped(new World());
    for (let tries = 0; tries < 5; tries++) {
      world.pass(31_000);
      world.fault('read_pods', 'unreachable');
    }
    expect(world.outcome).toBeUndefined();
    expect(world.asked('read_pods')).toHaveLength(5);
  });
});

describe('of a Job without a pod', () => {
  const adopted = (over: Parameters<typeof job>[0] = {}) => new World({}, {}, true, job({ labels: mine, ...over }));

  test('that never had one, an adopted one too, the start has failed', () => {
    const world = adopted();
    world.pass(121_000);
    world.ok('read_pods', { pods: [] });
    world.ok('list_events', { events: [] });
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [] });
    world.cleanUp();
    expect(world.outcome?.verdict.code).toBe('k8s_pod_schedule_failed');
  });

  test('that had one before it was adopted, its output is lost', () => {
    const world = adopted({ conditions: [condition('Complete')] });
    world.pass(1);
    world.ok('read_pods', { pods: [] });
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_reattach_failed' });
    expect(world.outcome?.verdict.message).toContain('its output is lost');
  });
});

test('a pod that went away while the watches were silent may have begun', () => {
  const world = new World();
  world.pod(pod({ phase: 'Pending', agent: agent({ is: 'waiting', reason: 'PodInitializing', message: undefined }) }));
  world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
  world.see({ type: 'pod_gone', at: world.at, uid: 'pod-uid', last: undefined, route: 'relist-missing' });
  world.fault('read_job', 'not_found');
  world.ok('read_pods', { pods: [] });
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'deleted_by_other' });
  expect(world.outcome?.verdict.notes.join()).toContain('whether it had begun, and what it printed, is not known');
});

test('of a Job that goes on to be there the same is said, and not that it never started', () => {
  const world = new World();
  world.pod(pod({ phase: 'Pending', agent: agent({ is: 'waiting', reason: 'PodInitializing', message: undefined }) }));
  world.see({ type: 'pod_gone', at: world.at, uid: 'pod-uid', last: undefined, route: 'relist-missing' });
  world.ok('read_job', ours);
  world.ok('read_pods', { pods: [] });
  world.cleanUp();
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_state_mismatch', cause: 'unknown' });
  expect(world.outcome?.verdict.notes.join()).toContain('whether it had begun, and what it printed, is not known');
});

test('a pod whose deletion the watch shows with its last state is known never to have started', () => {
  const world = new World();
  const waits = pod({
    phase: 'Pending',
    agent: agent({ is: 'waiting', reason: 'PodInitializing', message: undefined }),
  });
  world.pod(waits);
  world.see({ type: 'pod_gone', at: world.at, uid: 'pod-uid', last: waits, route: 'watch-deleted' });
  world.ok('read_job', ours);
  world.ok('read_pods', { pods: [] });
  world.cleanUp();
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_schedule_failed' });
});

describe('a pod of which only its log says that it is gone', () => {
  function refused(world: World, kind: 'not_found' | 'server_error') {
    const { at, attempt } = world;
    const fault = {
      kind,
      call: 'get pods/log',
      status: 404,
      reason: undefined,
      message: kind,
      retryAfterMs: undefined,
    };
    world.see({ type: 'log_ended', at, attempt, how: 'refused', partial: undefined, fault });
    world.pass(10_000);
  }
  const end = (world: World, kind: 'not_found' | 'server_error', times: number) => {
    for (let n = 0; n < times; n++) refused(world, kind);
  };

  test('is asked for, and the run ends', () => {
    const world = talking([init, said]);
    end(world, 'not_found', 2);
    expect(world.asked('read_job')).toEqual([]);
    end(world, 'not_found', 1);
    expect(world.asked('read_job')).toHaveLength(1);
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [] });
    world.cleanUp();
    expect(world.outcome).toMatchObject({
      verdict: { code: 'claude_truncated', cause: 'unknown' },
      evidence: { container: { known: 'gone' } },
    });
  });

  test('and which is there after all is read on, and asked for again only after as long', () => {
    const world = talking([init, said]);
    end(world, 'not_found', 3);
    world.ok('read_job', ours);
    world.ok('read_pods', { pods: [runningPod] });
    expect(world.step.state.phase.name).toBe('stream');
    world.pass(1);
    end(world, 'not_found', 2);
    expect(world.asked('read_job')).toHaveLength(1);
  });

  test('is not asked for while the log fails in another way', () => {
    const world = talking([init, said]);
    end(world, 'server_error', 9);
    expect(world.asked('read_job')).toEqual([]);
  });
});
