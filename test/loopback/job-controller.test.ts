import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Cue, JobController, playCues } from '../../src/loopback/job-controller.ts';
import { isJob, isPod, type JobObject, type PodObject } from '../../src/loopback/object.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { ManualClock } from './manual-clock.ts';
import { job, jobs, names, pods } from './objects.ts';

let clock: ManualClock;
let api: Loopback;
beforeEach(async () => {
  clock = new ManualClock();
  api = await startLoopback(clock);
});
afterEach(() => api.close());

function theJob(): JobObject {
  const found = api.store.read({ ...jobs, name: 'a' });
  if (!isJob(found)) throw new Error('not a Job');
  return found;
}

function conditions({ status }: JobObject | PodObject): string[] {
  return (status.conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason ?? ''}`.trim());
}

test('a suspended Job has no pod; unsuspended it has one that is its own', () => {
  const controller = new JobController(api, { container: 'claude' });
  api.store.create(jobs, job('a'));
  expect(names(api.store, pods)).toEqual([]);
  const suspended = theJob();
  api.store.patch({ ...jobs, name: 'a' }, 'application/merge-patch+json', { spec: { suspend: false } });
  expect(theJob().status).toMatchObject({ startTime: '2026-11-24T10:00:00Z', active: 1 });
  const selector = `batch.kubernetes.io/controller-uid=${suspended.metadata.uid}`;
  const [pod] = api.store.list(pods, { labelSelector: selector }).items;
  expect(isPod(pod) && pod.status.phase).toBe('Pending');
  expect(pod?.metadata.ownerReferences).toMatchObject([{ kind: 'Job', name: 'a', uid: suspended.metadata.uid }]);
  api.store.patch({ ...jobs, name: 'a' }, 'application/merge-patch+json', { metadata: { labels: { x: '1' } } });
  expect(names(api.store, pods)).toHaveLength(1);
  controller.stop();
  api.store.create(jobs, job('b', {}, false));
  expect(names(api.store, pods)).toHaveLength(1);
});

test('a life from Pending to Complete, by the clock', () => {
  const seen: string[] = [];
  api.store.subscribe(({ object, type }) => {
    if (isPod(object)) seen.push(`${type} ${object.status.phase} ${stateOf(object)}`);
    if (isJob(object)) seen.push(`Job ${conditions(object).join(' ')}`.trim());
  });
  const cues: Cue[] = [
    { atMs: 1_000, do: (play) => play.scheduled() },
    { atMs: 2_000, do: (play) => play.running().say('hello') },
    { atMs: 3_000, do: (play) => play.exited(0) },
  ];
  new JobController(api, { container: 'claude', started: (play) => playCues(play, cues, clock) });
  api.store.create(jobs, job('a', {}, false));
  clock.advance(3_000);
  expect(seen).toEqual([
    'Job',
    'Job',
    'ADDED Pending ',
    'MODIFIED Pending waiting',
    'MODIFIED Running running',
    'MODIFIED Succeeded terminated',
    'Job SuccessCriteriaMet=True',
    'Job SuccessCriteriaMet=True Complete=True',
  ]);
  expect(theJob().status).toMatchObject({ succeeded: 1, active: 0, completionTime: '2026-11-24T10:00:03Z' });
});

function stateOf(pod: PodObject): string {
  return Object.keys(pod.status.containerStatuses?.[0]?.state ?? {}).join();
}

test('an exit is shown with its times and fails the Job, at once or when told', () => {
  const controller = new JobController(api, { container: 'claude', concludes: false });
  api.store.create(jobs, job('a', {}, false));
  const [play] = controller.plays;
  play?.unschedulable('no node').scheduled().waiting('ErrImagePull', 'not found').running();
  clock.advance(4_000);
  const log = play?.pod && api.logs.of(play.pod, 'claude');
  expect(log?.isFinished).toBe(false);
  play?.exited(137, { reason: 'OOMKilled' });
  expect(log?.isFinished).toBe(true);
  expect(play?.pod?.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
    exitCode: 137,
    reason: 'OOMKilled',
    startedAt: '2026-11-24T10:00:00Z',
    finishedAt: '2026-11-24T10:00:04Z',
  });
  expect(conditions(theJob())).toEqual([]);
  play?.concluded('Failed', 'BackoffLimitExceeded');
  expect(conditions(theJob())).toEqual(['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded']);
});

test('a deleted Job takes its running pod, which obeys SIGTERM unless the test says otherwise', () => {
  const stopping: string[] = [];
  const quick = new JobController(api, { container: 'claude' });
  api.store.create(jobs, job('a', {}, false));
  const exits: (number | undefined)[] = [];
  api.store.subscribe(({ object }) => {
    if (isPod(object)) exits.push(object.status.containerStatuses?.[0]?.state.terminated?.exitCode);
  });
  quick.plays[0]?.scheduled().running();
  api.store.delete({ ...jobs, name: 'a' }, { propagationPolicy: 'Background' });
  expect(names(api.store, pods)).toEqual([]);
  expect(exits.slice(-2)).toEqual([143, 143]);
  quick.stop();
  new JobController(api, {
    container: 'claude',
    started: (play) => play.scheduled().running(),
    stopping: ({ podName }) => stopping.push(podName),
  });
  api.store.create(jobs, job('b', {}, false));
  api.store.delete({ ...jobs, name: 'b' }, { propagationPolicy: 'Background' });
  expect(names(api.store, pods)).toEqual(stopping);
  expect(stopping).toHaveLength(1);
});

test('a pod that fails without an exit of its container', () => {
  const controller = new JobController(api, { container: 'claude' });
  api.store.create(jobs, job('a', {}, false));
  const [play] = controller.plays;
  play?.scheduled().running().disrupted('TerminationByKubelet', 'low on memory').failed('Evicted', 'low on memory');
  expect(play?.pod?.status).toMatchObject({ phase: 'Failed', reason: 'Evicted' });
  expect(play?.pod && conditions(play.pod)).toContain('DisruptionTarget=True TerminationByKubelet');
  expect(conditions(theJob())).toContain('Failed=True BackoffLimitExceeded');
});
