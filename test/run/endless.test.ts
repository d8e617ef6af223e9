import { describe, expect, test } from 'vitest';
import { label } from '../../src/manifest/labels.ts';
import { limit } from '../../src/run/limits.ts';
import type { PodSnapshot } from '../../src/run/snapshot.ts';
import { job, pod, startedAt, waiting } from '../failure/build.ts';
import { done, endedPod, exits, init, said, talking, World } from './world.ts';

const unreachable = {
  kind: 'unreachable',
  call: 'watch jobs',
  status: undefined,
  reason: undefined,
  message: 'refused',
  retryAfterMs: undefined,
} as const;
const going = (world: World, over: Partial<PodSnapshot> = {}) =>
  endedPod({ exitCode: 143 }, { resourceVersion: '301', deletionAt: world.at + 20_000, ...over });
const cancel = (world: World) => world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });

describe('a run that waits is woken only for what is due', () => {
  test('while a large image is pulled', () => {
    const world = new World();
    world.pod(pod({ phase: 'Pending', agent: waiting('claude', 'ContainerCreating') }));
    const about = { kind: 'Pod', name: 'p', uid: 'pod-uid' };
    const pulling = { uid: 'e', reason: 'Pulling', message: '', type: 'Normal', source: 'kubelet', count: 1, about };
    world.ok('list_events', { events: [{ ...pulling, lastAt: world.at }] });
    world.pass(limit.imagePull - 1_000);
    expect(world.outcome).toBeUndefined();
    world.pass(1_000);
    expect(world.asked('read_pods')).toHaveLength(1);
  });

  test('while a stopped pod that has ended is kept by a finalizer', () => {
    const world = talking([init, said]);
    cancel(world);
    world.ok('conclude_job', 'concluded');
    world.ok('delete_job', 'deleted');
    world.pod(going(world));
    world.pass(20 * 60_000);
    expect(world.outcome).toBeUndefined();
    world.podGone();
    expect(world.outcome?.verdict.code).toBe('cancelled');
  });

  test('while the log of an ended pod that is being deleted can not be reached', () => {
    const world = talking([init, said]);
    world.pod(going(world));
    for (let tries = 0; tries < 60; tries++) {
      const { at, attempt } = world;
      world.see({ type: 'log_ended', at, attempt, how: 'refused', partial: undefined, fault: unreachable });
      world.pass(limit.logBackoffMax);
    }
    expect(world.outcome).toBeUndefined();
  });
});

describe('a run that is stopped ends', () => {
  test('at its timeout and grace, when the API is away then', () => {
    const world = talking([init, said], { timeoutSec: 600, graceSec: 60 });
    world.see({ type: 'watch_degraded', at: world.at, kind: 'jobs', fault: unreachable });
    world.pass(659_000);
    expect(world.outcome).toBeUndefined();
    world.pass(1_000);
    world.fault('conclude_job', 'unreachable');
    expect(world.outcome).toMatchObject({
      job: 'left_running',
      verdict: { code: 'timeout' },
      evidence: { container: { known: 'unreachable' } },
    });
  });

  test('at its timeout, when it was cancelled before and the API stays away', () => {
    const world = talking([init, said], { timeoutSec: 600, graceSec: 60 });
    world.see({ type: 'watch_degraded', at: world.at, kind: 'jobs', fault: unreachable });
    cancel(world);
    for (let tries = 0; world.outcome === undefined && tries < 100; tries++) {
      world.fault('conclude_job', 'unreachable');
      world.pass(limit.retryMax);
    }
    expect(world.outcome).toMatchObject({ job: 'left_running', verdict: { code: 'cancelled' } });
    expect(world.at).toBeGreaterThanOrEqual(startedAt + 660_000);
  });

  test('with its container, when the deletion is refused', () => {
    const world = talking([init, said, done]);
    cancel(world);
    world.fault('conclude_job', 'forbidden');
    world.pass(limit.retryMax);
    world.fault('delete_job', 'forbidden');
    exits(world, [init, said, done]);
    world.pass(limit.retryMax);
    world.fault('delete_job', 'forbidden');
    world.cleanUp();
    expect(world.outcome).toMatchObject({ verdict: { code: null, exitCode: 0 } });
  });

  test('and says a refusal once, however often it asks', () => {
    const world = talking([init, said, done]);
    cancel(world);
    world.fault('conclude_job', 'forbidden');
    for (let tries = 0; tries < 4; tries++) {
      world.pass(limit.retryMax);
      world.fault('delete_job', 'forbidden');
    }
    expect(world.asked('delete_job')).toHaveLength(4);
    const warned = world.asked('say').filter(({ text }) => text.includes('can not be stopped'));
    expect(warned).toHaveLength(1);
  });

  test('with its container, when the Job is gone and has left its pod behind', () => {
    const world = talking([init, said]);
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
    cancel(world);
    world.pass(60_000);
    expect(world.outcome).toBeUndefined();
    exits(world, [init, said], { exitCode: 1 });
    expect(world.outcome).toMatchObject({ job: 'none', verdict: { code: 'cancelled', exitCode: 1 } });
  });
});

describe('a run that is being stopped and whose Job is adopted', () => {
  test('lets it go, and deletes nothing of the other run', () => {
    const world = talking([init, said]);
    cancel(world);
    world.fault('conclude_job', 'forbidden');
    world.job(job({ labels: { [label.runId]: 'r2' }, resourceVersion: '101' }));
    world.pass(60_000);
    expect(world.asked('delete_job')).toEqual([]);
    expect(world.outcome).toMatchObject({ job: 'not_ours', verdict: { code: 'k8s_run_handed_over' } });
  });
});
