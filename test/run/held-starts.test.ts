import { describe, expect, test } from 'vitest';
import { beginHeld } from '../../src/run/held.ts';
import type { JobSnapshot } from '../../src/run/snapshot.ts';
import { condition, job, pod } from '../failure/build.ts';
import { done, endedPod, init, mine, request, runningPod, said, World } from './world.ts';

describe('a start that is waited for', () => {
  const waits = pod({
    phase: 'Pending',
    agent: undefined,
    conditions: [condition('PodScheduled', 'Unschedulable', { status: 'False' })],
  });
  const fault = {
    kind: 'unreachable',
    call: 'watch pods',
    status: undefined,
    reason: undefined,
    message: 'refused',
    retryAfterMs: undefined,
  } as const;

  test('loses no patience while the API is away', () => {
    const world = new World();
    world.pod(waits);
    world.see({ type: 'watch_degraded', at: world.at, kind: 'pods', fault });
    world.pass(600_000);
    world.see({ type: 'watch_recovered', at: world.at, kind: 'pods' });
    world.pass(100_000);
    expect(world.asked('read_pods')).toEqual([]);
    world.pass(30_000);
    expect(world.asked('read_pods')).toHaveLength(1);
  });

  test('is given up only after one more look, which may find it started', () => {
    const world = new World();
    world.pod(waits);
    world.pass(121_000);
    world.ok('read_pods', { pods: [runningPod] });
    expect(world.step.state.phase.name).toBe('stream');
    expect(world.asked('conclude_job')).toEqual([]);
  });
});

test('a start that takes too long ends with the last word of the scheduler', () => {
  const world = new World();
  const unscheduled = condition('PodScheduled', 'Unschedulable', { status: 'False', message: 'Insufficient cpu' });
  world.pod(pod({ phase: 'Pending', conditions: [unscheduled] }));
  world.ok('list_events', { events: [] });
  world.pass(121_000);
  world.ok('read_pods', { pods: [] });
  expect(world.outcome).toBeUndefined();
  world.ok('list_events', { events: [] });
  world.cleanUp();
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_schedule_failed', cause: 'unschedulable' });
});

describe('a node in doubt', () => {
  const notReady = { name: 'node-a', ready: 'Unknown', readySince: undefined, taints: [] };
  const refuse = (w: World) => {
    const fault = {
      kind: 'server_error',
      call: 'get pods/log',
      status: 500,
      reason: undefined,
      message: 'dial tcp: refused',
      retryAfterMs: undefined,
    } as const;
    w.see({ type: 'log_ended', at: w.at, attempt: w.attempt, how: 'refused', partial: undefined, fault });
  };

  test('is asked about while the log endpoint fails, and what it says before the disruption counts', () => {
    const w = new World();
    w.pod(pod({ ...runningPod, nodeName: 'node-a' }));
    expect(w.asked('read_node')).toEqual([]);
    refuse(w);
    expect(w.asked('read_node')).toEqual([{ do: 'read_node', name: 'node-a' }]);
    w.ok('read_node', notReady);
    expect(w.step.state.facts.nodeSeenNotReady).toBe(true);
  });

  test('is asked again only now and then, and not at all by an account that may not', () => {
    const w = new World();
    w.pod(pod({ ...runningPod, nodeName: 'node-a' }));
    refuse(w);
    w.fault('read_node', 'forbidden');
    w.pass(60_000);
    refuse(w);
    expect(w.asked('read_node')).toHaveLength(1);
  });
});

describe('an adopted Job without a pod', () => {
  const complete = job({ labels: mine, conditions: [condition('Complete')] });
  const adopt = (left: JobSnapshot) => {
    const w = new World();
    w.effects = [];
    w.transitions = [];
    const admission = { as: 'adopted', job: left, fromRunId: 'r0', patchAllowed: true, serverTime: undefined } as const;
    w.step = beginHeld(request(), admission, w.at, w.at);
    w.take();
    w.see({ type: 'tick', at: w.at });
    return w;
  };

  test('that has ended: the pod is looked for once more, then it is said that its output is lost', () => {
    const w = adopt(complete);
    expect(w.asked('read_pods')).toHaveLength(1);
    w.ok('read_pods', { pods: [] });
    w.cleanUp();
    expect(w.outcome?.verdict.code).toBe('k8s_pod_reattach_failed');
    expect(w.outcome?.verdict.message).toContain('its output is lost');
  });

  test('whose own status tells the end is judged by that', () => {
    const w = adopt(job({ labels: mine, conditions: [condition('Failed', 'DeadlineExceeded')] }));
    w.ok('read_pods', { pods: [] });
    w.cleanUp();
    expect(w.outcome?.verdict).toMatchObject({ code: 'timeout', cause: 'deadline_exceeded' });
  });

  test('whose pod is found after all has its output read', () => {
    const w = adopt(complete);
    w.ok('read_pods', { pods: [endedPod({ exitCode: 0 })] });
    expect(w.outcome).toBeUndefined();
    w.lines(init, said, done);
    w.end();
    w.lines(said, done);
    w.end();
    w.cleanUp();
    expect(w.outcome?.verdict.code).toBeNull();
  });

  test('that has not ended may still get one', () => {
    expect(adopt(job({ labels: mine })).asked('read_pods')).toEqual([]);
  });
});
