import { describe, expect, test } from 'vitest';
import { beginHeld } from '../../src/run/held.ts';
import type { JobSnapshot, PodSnapshot } from '../../src/run/snapshot.ts';
import { condition, job, pod, startedAt } from '../failure/build.ts';
import { init, mine, request, runningPod, said, talking, World } from './world.ts';

const hour = 60 * 60_000;
const queuedJob = (version: string, over: Partial<JobSnapshot> = {}) =>
  job({ labels: mine, resourceVersion: version, suspended: true, startedAt: undefined, queue: 'team', ...over });
const admitted = (version: string) => job({ labels: mine, resourceVersion: version, queue: 'team' });
const pending = (over: Partial<PodSnapshot> = {}) => pod({ phase: 'Pending', agent: undefined, ...over });

describe('a Job that a queue holds again before its container has started', () => {
  test('waits for its next turn, and the pod of that turn is its pod', () => {
    const world = new World();
    world.pod(pending());
    world.job(queuedJob('101'));
    world.pod(pending({ resourceVersion: '201', phase: 'Failed', deletionAt: world.at }));
    world.podGone();
    world.pass(3 * hour);
    expect(world.asked('conclude_job')).toEqual([]);
    expect(world.transitions).toContainEqual(expect.objectContaining({ type: 'queued', queue: 'team' }));
    world.job(admitted('102'));
    world.pass(1_000);
    world.pod(pod({ ...runningPod, uid: 'pod-2', name: 'second', createdAt: world.at }));
    expect(world.asked('open_log')).toMatchObject([{ pod: 'second' }]);
    expect(world.outcome).toBeUndefined();
  });

  test('also when the end of its pod is seen first', () => {
    const world = new World();
    world.pod(pending());
    world.podGone();
    world.ok('read_job', queuedJob('101'));
    world.pass(hour);
    expect(world.asked('conclude_job')).toEqual([]);
    expect(world.step.state.phase.name).toBe('schedule');
  });
});

describe('the time of a run', () => {
  const limits = { timeoutSec: 600, graceSec: 60 };

  test('does not run while its Job waits in a queue', () => {
    const world = new World(limits);
    world.job(queuedJob('101'));
    world.pass(2 * hour);
    expect(world.asked('conclude_job')).toEqual([]);
    world.job(admitted('102'));
    world.pod(runningPod);
    world.pass(659_000);
    expect(world.asked('conclude_job')).toEqual([]);
    world.pass(1_000);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'timeout' }]);
  });

  test('counts from the start of an adopted Job, by the cluster’s clock', () => {
    const ahead = 20 * 60_000;
    const world = new World();
    world.at = startedAt + ahead;
    world.effects = [];
    // The Job has run for 100 s; our clock is 20 minutes ahead of the cluster's.
    const left = job({ labels: mine, startedAt: startedAt - 100_000 });
    const admission = { as: 'adopted', job: left, fromRunId: 'r0', patchAllowed: true, serverTime: startedAt } as const;
    world.step = beginHeld(request(limits), admission, world.at, world.at);
    world.take();
    world.pod(runningPod);
    world.pass(559_000);
    expect(world.asked('conclude_job')).toEqual([]);
    world.pass(1_000);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'timeout' }]);
  });
});

describe('a look at the pod', () => {
  const waits = pending({ conditions: [condition('PodScheduled', 'Unschedulable', { status: 'False' })] });

  test('that is refused proves nothing: a Job that may run is left alone', () => {
    const world = new World();
    world.pod(waits);
    world.pass(121_000);
    world.fault('read_pods', 'forbidden');
    world.pass(60_000);
    expect(world.asked('conclude_job')).toEqual([]);
    expect(world.asked('delete_job')).toEqual([]);
    expect(world.outcome).toMatchObject({
      job: 'left_running',
      verdict: { code: 'k8s_job_state_mismatch', cause: 'rbac' },
    });
  });

  test('is taken again when the patience is over once more', () => {
    const world = new World();
    world.pod(waits);
    world.pass(121_000);
    const scheduled = pending({ resourceVersion: '201', conditions: [condition('PodScheduled')] });
    world.ok('read_pods', { pods: [scheduled] });
    world.ok('list_events', { events: [] });
    world.pass(121_000);
    expect(world.asked('read_pods')).toHaveLength(2);
    expect(world.outcome).toBeUndefined();
  });

  test('that failed before the API was known to be away waits for the API, and does not wake the run at once again', () => {
    const world = new World();
    world.pod(waits);
    world.pass(121_000);
    world.fault('read_pods', 'unreachable');
    const fault = { kind: 'unreachable', call: 'watch pods', status: undefined, reason: undefined } as const;
    const more = { message: 'no answer', retryAfterMs: undefined };
    world.see({ type: 'watch_degraded', at: world.at, kind: 'pods', fault: { ...fault, ...more } });
    world.pass(60_000);
    expect(world.step.wakeAt ?? Infinity).toBeGreaterThan(world.at);
    expect(world.asked('read_pods')).toHaveLength(1);
    world.see({ type: 'watch_recovered', at: world.at, kind: 'pods' });
    expect(world.asked('read_pods')).toHaveLength(2);
  });

  test('that finds the container at work goes on with it', () => {
    const world = new World();
    world.job(job({ labels: mine, resourceVersion: '101', conditions: [condition('Failed')] }));
    world.ok('read_pods', { pods: [runningPod] });
    expect(world.step.state.phase.name).toBe('stream');
    expect(world.outcome).toBeUndefined();
  });
});

test('a token that has expired hides the cluster: no patience is lost meanwhile', () => {
  const world = talking([init, said], { timeoutSec: 0 });
  expect(world.outcome).toBeUndefined();
  const waiting = new World();
  const fault = {
    kind: 'unauthorized',
    call: 'watch pods',
    status: 401,
    reason: undefined,
    message: 'x',
    retryAfterMs: undefined,
  } as const;
  waiting.see({ type: 'watch_degraded', at: waiting.at, kind: 'pods', fault });
  waiting.pass(hour);
  expect(waiting.asked('read_pods')).toEqual([]);
  waiting.see({ type: 'watch_recovered', at: waiting.at, kind: 'pods' });
  waiting.pod(runningPod);
  expect(waiting.step.state.phase.name).toBe('stream');
});
