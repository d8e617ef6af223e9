import { describe, expect, test } from 'vitest';
import type { Terminated } from '../../src/run/snapshot.ts';
import { condition, endedAt, job } from '../failure/build.ts';
import { done, endedPod, exits, init, mine, said, talking, type World } from './world.ts';

/** The deletion is asked for a moment before the container ends, with 30 s of grace. */
const deleting = { deletionAt: endedAt + 29_000, deletionGraceSeconds: 30 };

/** The log is read to its end; `more` is what the pod shows beside the end of its container. */
function killed(over: Partial<Terminated>, more: Parameters<typeof endedPod>[1] = deleting, limits = {}): World {
  const world = talking([init, said], limits);
  world.pod(endedPod(over, more));
  world.end();
  world.lines(init, said);
  world.end();
  return world;
}

describe('a container that something stopped', () => {
  test('has its Job read once before the verdict: gone is deleted, by nobody knows whom', () => {
    const world = killed({ exitCode: 143 });
    expect(world.asked('read_job')).toHaveLength(1);
    expect(world.phases()).not.toContain('conclude');
    world.fault('read_job', 'not_found');
    expect(world.asked('read_job')).toHaveLength(1);
    expect(world.outcome).toMatchObject({
      job: 'none',
      verdict: { code: 'k8s_job_deleted_externally', cause: 'unknown', exitCode: 143 },
      evidence: { jobLoss: { by: 'unknown', route: 'completion-poll-404', containerEndedBefore: true } },
    });
    expect(world.outcome?.verdict.message).toContain('Who deleted it is not known');
    expect(world.transitions).toContainEqual({
      type: 'verified',
      at: world.at,
      answer: 'gone',
      route: 'completion-poll-404',
    });
  });

  test('is told as stopped by a signal when the Job is there', () => {
    const world = killed({ exitCode: 143 });
    world.ok('read_job', job({ labels: mine, resourceVersion: '400' }));
    world.cleanUp();
    expect(world.asked('read_job')).toHaveLength(1);
    expect(world.outcome).toMatchObject({ job: 'deleted', verdict: { code: 'claude_truncated', cause: 'sigterm' } });
    const ruledOut = world.outcome?.verdict.ruledOut.map(({ cause }) => cause);
    expect(ruledOut).toContain('deleted_by_other');
  });

  test('is told by what the Job itself says, when the watch kept it back', () => {
    const world = killed({ exitCode: 143 });
    const conditions = [condition('Failed', 'DeadlineExceeded')];
    world.ok('read_job', job({ labels: mine, resourceVersion: '400', activeDeadlineSeconds: 60, conditions }));
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'timeout', cause: 'deadline_exceeded' });
  });

  test('had its Job deleted, also when another one of that name is there', () => {
    const world = killed({ exitCode: 137 });
    world.ok('read_job', job({ uid: 'another', resourceVersion: '1' }));
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'unknown' });
    expect(world.asked('delete_job')).toEqual([]);
  });

  test('and that exited by itself for it, with a code of its own, had its Job deleted', () => {
    const world = killed({ exitCode: 1 });
    world.fault('read_job', 'not_found');
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', exitCode: 1 });
  });

  test('without a deletion of its pod was stopped from inside, whatever became of the Job afterwards', () => {
    const world = killed({ exitCode: 143 }, {});
    world.fault('read_job', 'not_found');
    expect(world.outcome?.verdict).toMatchObject({ code: 'claude_truncated', cause: 'sigterm' });
  });
});

describe('while the API is away', () => {
  test('the Job is asked for again, and the answer counts', () => {
    const world = killed({ exitCode: 143 }, deleting, { timeoutSec: 70, graceSec: 1 });
    world.fault('read_job', 'unreachable');
    world.pass(30_000);
    expect(world.outcome).toBeUndefined();
    expect(world.asked('read_job')).toHaveLength(2);
    world.fault('read_job', 'not_found');
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', exitCode: 143 });
  });

  test('for too long, the verdict says what could not be asked, and claims no more', () => {
    const world = killed({ exitCode: 143 }, deleting, { timeoutSec: 70, graceSec: 1 });
    for (let tries = 0; tries < 20 && world.outcome === undefined; tries++) {
      world.fault('read_job', 'unreachable');
      world.pass(10_000);
      if (world.phases().includes('cleanup')) world.fault('conclude_job', 'unreachable');
    }
    expect(world.asked('read_job').length).toBeGreaterThan(5);
    const { verdict } = world.outcome ?? {};
    expect(verdict).toMatchObject({ code: 'claude_truncated', cause: 'sigterm', exitCode: 143 });
    expect(verdict?.notes.join()).toMatch(/whether Job ac-scout-r1 was deleted could not be asked/);
    expect(verdict?.ruledOut.map(({ cause }) => cause)).not.toContain('deleted_by_other');
  });
});

test('who may not read the Job is told so at once', () => {
  const world = killed({ exitCode: 143 });
  world.fault('read_job', 'forbidden');
  world.cleanUp();
  expect(world.asked('read_job')).toHaveLength(1);
  expect(world.outcome?.verdict).toMatchObject({ cause: 'sigterm' });
  expect(world.outcome?.verdict.notes.join()).toMatch(/could not be asked.*forbidden/);
});

describe('no one asks for the Job', () => {
  test.each([
    ['of an OOM kill', { exitCode: 137, reason: 'OOMKilled' }, {}],
    ['of a disrupted pod', { exitCode: 143 }, { ...deleting, conditions: [condition('DisruptionTarget', 'x')] }],
    ['of an evicted pod', { exitCode: 137 }, { reason: 'Evicted' }],
    ['of a crash', { exitCode: 1 }, {}],
  ])('%s', (_, end, more) => {
    const world = killed(end, more);
    expect(world.asked('read_job')).toEqual([]);
    expect(world.phases()).toContain('cleanup');
  });

  test('of a success', () => {
    const world = talking([init, said, done]);
    exits(world, [init, said, done]);
    world.cleanUp();
    expect(world.asked('read_job')).toEqual([]);
  });

  test('that is known to be gone', () => {
    const world = talking([init, said]);
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
    world.pod(endedPod({ exitCode: 143 }, deleting));
    world.end();
    world.lines(init, said);
    world.end();
    expect(world.asked('read_job')).toEqual([]);
    expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'deleted_by_other' });
  });
});

test('a Job found gone by the read that follows its pod is known to be gone', () => {
  const world = talking([init, said]);
  world.podGone();
  world.fault('read_job', 'not_found');
  world.ok('read_pods', { pods: [] });
  expect(world.outcome).toMatchObject({
    job: 'none',
    verdict: { code: 'k8s_job_deleted_externally', cause: 'unknown' },
    evidence: { jobLoss: { route: 'grace-period-verify-404' } },
  });
});
