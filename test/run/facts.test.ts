import { describe, expect, test } from 'vitest';
import { type Facts, loseJob, losePod, noFacts, seeJob, seeNode, seePod } from '../../src/run/facts.ts';
import type { ContainerSnapshot, JobMarks, JobSnapshot, PodSnapshot, Terminated } from '../../src/run/snapshot.ts';
import { condition, job, pod, terminated } from '../failure/build.ts';

const start = noFacts('run-1');
const at = 5_000_000;
const marks: JobMarks = job().marks;
const mine: JobMarks = { ...marks, deletion: { actor: 'us', reason: 'cleanup', runId: 'run-1', at } };
const theirs: JobMarks = { ...marks, deletion: { actor: 'us', reason: 'cleanup', runId: 'run-0', at } };
const finishedAt = 4_000_000;
const complete = [condition('Complete', 'CompletionsReached', { at: finishedAt })];

function agent(state: ContainerSnapshot['state'], last?: Terminated): ContainerSnapshot {
  return { name: 'claude', state, last, image: 'i', restartCount: 0 };
}
const ran = agent({ is: 'running', startedAt: 1 });
const done = agent({ is: 'terminated', ...terminated({ exitCode: 0, startedAt: 1, finishedAt: 2 }) });
const guessed = agent({
  is: 'terminated',
  ...terminated({ exitCode: 137, reason: 'ContainerStatusUnknown', startedAt: undefined, finishedAt: undefined }),
});

describe('who removed the Job', () => {
  const cases: [string, JobSnapshot, Partial<Facts['jobLoss'] & object>][] = [
    ['our own mark', job({ deletionAt: at, marks: mine }), { by: 'self' }],
    ['the mark of another run', job({ deletionAt: at, marks: theirs }), { by: 'other_client' }],
    ['no mark', job({ deletionAt: at }), { by: 'other_client' }],
    [
      'finished and its TTL over',
      job({ deletionAt: finishedAt + 300_000, conditions: complete, ttlSecondsAfterFinished: 300 }),
      { by: 'ttl' },
    ],
    [
      'finished and its TTL far from over',
      job({ deletionAt: finishedAt + 5_000, conditions: complete, ttlSecondsAfterFinished: 300 }),
      { by: 'other_client' },
    ],
    [
      'a TTL but never finished',
      job({ deletionAt: at, conditions: [], ttlSecondsAfterFinished: 0 }),
      { by: 'other_client' },
    ],
  ];
  test.each(cases)('%s', (_name, seen, expected) => {
    expect(seeJob(start, seen, at).jobLoss).toEqual({
      at,
      route: 'deletion-timestamp',
      containerEndedBefore: false,
      observations: 1,
      ...expected,
    });
  });

  test('a watch that says DELETED saw a delete', () => {
    const facts = loseJob(seeJob(start, job(), at), 'job-uid', undefined, 'watch-deleted', at + 1);
    expect(facts.jobLoss).toMatchObject({ by: 'other_client', route: 'watch-deleted', at: at + 1 });
  });
  test('a finished Job that is absent long before its TTL is over was not removed by that', () => {
    const left = job({ conditions: complete, ttlSecondsAfterFinished: 86_400 });
    const facts = loseJob(seeJob(start, left, finishedAt), 'job-uid', undefined, 'watch-deleted', finishedAt + 60_000);
    expect(facts.jobLoss).toMatchObject({ by: 'other_client' });
    const later = loseJob(
      seeJob(start, left, finishedAt),
      'job-uid',
      undefined,
      'watch-deleted',
      finishedAt + 86_400_000,
    );
    expect(later.jobLoss).toMatchObject({ by: 'ttl' });
  });
  test('an absence found by a list proves no actor', () => {
    const facts = loseJob(seeJob(start, job(), at), 'job-uid', undefined, 'relist-missing', at + 1);
    expect(facts.jobLoss).toMatchObject({ by: 'unknown', route: 'relist-missing' });
  });
  test('the last state that comes with DELETED is taken in first', () => {
    const last = job({ deletionAt: at, marks: mine });
    expect(loseJob(seeJob(start, job(), at), 'job-uid', last, 'watch-deleted', at + 1)).toMatchObject({
      jobGone: 'watch-deleted',
      jobLoss: { by: 'self', route: 'deletion-timestamp' },
    });
  });
  test('the first sight of the loss stays', () => {
    const seen = seeJob(start, job({ deletionAt: at }), at);
    const later = seeJob(seen, job({ deletionAt: at, marks: mine }), at + 9);
    expect(later.jobLoss).toEqual(seen.jobLoss);
  });
  test('a container that ended first is remembered', () => {
    const seen = seePod(seeJob(start, job(), at), pod({ agent: done }), at);
    expect(seeJob(seen, job({ deletionAt: at }), at).jobLoss).toMatchObject({ containerEndedBefore: true });
  });
  test('a Job of the same name with another uid says nothing of ours', () => {
    const seen = seeJob(start, job(), at);
    expect(seeJob(seen, job({ uid: 'other', deletionAt: at }), at)).toEqual(seen);
    expect(loseJob(seen, 'other', undefined, 'watch-deleted', at)).toEqual(seen);
  });
});

describe('the end of the container', () => {
  test('stays when the status is lost afterwards', () => {
    const facts = seePod(seePod(start, pod({ agent: done }), at), pod({ agent: agent({ is: 'unknown' }) }), at + 1);
    expect(facts).toMatchObject({ end: { exitCode: 0, from: 'state' }, endSeenAt: at });
  });
  test('is read from lastState when state went back to waiting', () => {
    const back = agent(
      { is: 'waiting', reason: undefined, message: undefined },
      terminated({ exitCode: 1, finishedAt: 2 }),
    );
    expect(seePod(start, pod({ agent: back }), at).end).toMatchObject({ exitCode: 1, from: 'lastState' });
  });
  test('that the kubelet made up gives way to a real one, and not the other way', () => {
    const guess = seePod(start, pod({ agent: guessed }), at);
    expect(guess.end).toMatchObject({ guess: true, exitCode: 137 });
    const real = seePod(guess, pod({ agent: done }), at + 1);
    expect(real.end).toMatchObject({ guess: false, exitCode: 0 });
    expect(seePod(real, pod({ agent: guessed }), at + 2).end).toEqual(real.end);
  });
  test('of a container that never ran does not count as a start', () => {
    const never = agent({ is: 'terminated', ...terminated({ exitCode: 128, startedAt: undefined, finishedAt: 2 }) });
    expect(seePod(start, pod({ agent: never }), at).agentStarted).toBe(false);
    expect(seePod(start, pod({ agent: done }), at).agentStarted).toBe(true);
  });
});

describe('two pods of one Job', () => {
  const first = pod({ uid: 'a', createdAt: 1, agent: undefined });
  const second = pod({ uid: 'b', createdAt: 2, agent: undefined });
  const cases: [string, PodSnapshot[], string][] = [
    ['the newer one while nothing ran', [first, second], 'b'],
    ['not an older one', [second, first], 'b'],
    ['the one whose agent ran', [{ ...first, agent: ran }, second], 'a'],
    ['the one whose agent ran, of two of one second, in whatever order', [second, { ...first, agent: ran }], 'a'],
    ['one that may still run it, not one that was turned away', [second, { ...first, phase: 'Pending' }], 'a'],
    ['not one that is being deleted', [first, { ...second, deletionAt: at }], 'a'],
    ['another when the first is being deleted', [{ ...second, deletionAt: at }, first], 'a'],
  ];
  test.each(cases)('%s', (_name, pods, uid) => {
    expect(pods.reduce((facts, seen) => seePod(facts, seen, at), start).pod?.uid).toBe(uid);
  });
  test('the absence of the other one is not ours', () => {
    const facts = seePod(start, { ...first, agent: ran }, at);
    expect(losePod(facts, 'b', undefined, 'watch-deleted', at)).toEqual(facts);
    expect(losePod(facts, 'a', undefined, 'watch-deleted', at).podGone).toBe('watch-deleted');
  });
});

test('a pod status that does not change keeps the time of its last change', () => {
  const seen = seePod(start, pod({ resourceVersion: '1' }), at);
  expect(seePod(seen, pod({ resourceVersion: '1' }), at + 9).podChangedAt).toBe(at);
  expect(seePod(seen, pod({ resourceVersion: '2' }), at + 9).podChangedAt).toBe(at + 9);
});

describe('a node that is NotReady', () => {
  const node = { name: 'node-a', ready: 'Unknown', readySince: undefined, taints: [] } as const;
  test.each([
    ['counts before any disruption', pod(), true],
    ['does not count once the pod is being deleted', pod({ deletionAt: at }), false],
    ['does not count once the pod is disrupted', pod({ conditions: [condition('DisruptionTarget', 'X')] }), false],
  ])('%s', (_name, seen, expected) => {
    expect(seeNode(seePod(start, seen, at), node).nodeSeenNotReady).toBe(expected);
  });
});

test('a snapshot from before our own patch, brought late by a shared watch, takes nothing back', () => {
  const released = seeJob(start, job({ resourceVersion: '101', suspended: false }), at);
  expect(seeJob(released, job({ resourceVersion: '100', suspended: true }), at + 5)).toBe(released);
});
