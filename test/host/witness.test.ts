import { describe, expect, test } from 'vitest';
import { Witness } from '../../src/host/witness.ts';
import type { Cluster, Subscriber } from '../../src/kubernetes/cluster.ts';
import type { ApiFault } from '../../src/run/answer.ts';
import type { JobSnapshot, PodSnapshot } from '../../src/run/snapshot.ts';
import { condition, job, pod, terminated, waiting } from '../failure/build.ts';
import { TestClock } from './clock.ts';

const begun = job({ suspended: false });
const unbegun = job({ suspended: true, startedAt: undefined });
const pulling = pod({ agent: waiting('claude', 'ErrImagePull') });
const ran = pod({ agent: { ...waiting('claude', ''), state: { is: 'terminated', ...terminated({ exitCode: 137 }) } } });

const away: ApiFault = {
  kind: 'unreachable',
  call: 'watch jobs',
  status: undefined,
  reason: undefined,
  message: 'reset',
  retryAfterMs: undefined,
};

/** What the shared watches would tell, told by the test. */
function watching(left: PodSnapshot[] = []) {
  const jobs: Subscriber<JobSnapshot>[] = [];
  const pods: Subscriber<PodSnapshot>[] = [];
  let stopped = 0;
  const cluster: Pick<Cluster, 'watchJobs' | 'watchPods' | 'listPods'> = {
    watchJobs(_namespace, subscriber) {
      jobs.push(subscriber);
      return () => void stopped++;
    },
    watchPods(_namespace, subscriber) {
      pods.push(subscriber);
      return () => void stopped++;
    },
    listPods: async () => ({ ok: true, value: { pods: left, resourceVersion: '1' }, serverTime: undefined }),
  };
  const clock = new TestClock();
  const input = { cluster, clock, namespace: 'agents' };
  const witness = new Witness(input);
  witness.hear({ type: 'job_created', at: 0, job: 'ac-1', uid: 'job-uid', suspended: true });
  const [jobWatch] = jobs;
  const [podWatch] = pods;
  if (jobWatch === undefined || podWatch === undefined) throw new Error('nothing is watched');
  return { input, witness, clock, jobs: jobWatch, pods: podWatch, stopped: () => stopped };
}

describe('it is proven that the agent never started', () => {
  test('when the Job went without ever having had a pod', async () => {
    const { witness, jobs } = watching();
    jobs.seen(unbegun);
    jobs.gone('job-uid', unbegun, 'watch-deleted');
    expect(await witness.testify({ wait: true })).toEqual({ existed: true, neverStarted: true });
  });

  test('when Job and pod are gone and the last state of the pod shows no start, however late that comes', async () => {
    const { witness, clock, jobs, pods, stopped } = watching();
    jobs.seen(begun);
    pods.seen(pulling);
    jobs.gone('job-uid', begun, 'watch-deleted');
    const word = witness.testify({ wait: true });
    await clock.pass(20_000);
    pods.gone('pod-uid', pulling, 'watch-deleted');
    expect(await word).toEqual({ existed: true, neverStarted: true });
    expect(stopped()).toBe(2);
  });
});

describe('nothing is proven', () => {
  test('when the container started between the verdict and the deletion', async () => {
    const { witness, jobs, pods } = watching();
    jobs.seen(begun);
    pods.seen(pulling);
    jobs.gone('job-uid', begun, 'watch-deleted');
    const word = witness.testify({ wait: true });
    pods.gone('pod-uid', ran, 'watch-deleted');
    expect(await word).toEqual({ existed: true, neverStarted: false });
  });

  test('when the pod does not go', async () => {
    const { witness, clock, jobs, pods } = watching();
    pods.seen(pulling);
    jobs.gone('job-uid', begun, 'watch-deleted');
    const word = witness.testify({ wait: true });
    await clock.pass(30_000);
    expect(await word).toEqual({ existed: true, neverStarted: false });
  });

  test.each<[string, (seen: ReturnType<typeof watching>) => void]>([
    ['the watch lost sight for a while', ({ jobs }) => jobs.degraded(away)],
    ['the Job vanished in a gap of the watch', ({ jobs }) => jobs.gone('job-uid', begun, 'relist-missing')],
    ['one pod vanished in a gap of the watch', ({ pods }) => pods.gone('pod-uid', pulling, 'relist-missing')],
    [
      'the pod was taken away, and its last state may be old',
      ({ pods }) => pods.gone('pod-uid', pod({ conditions: [condition('DisruptionTarget')] }), 'watch-deleted'),
    ],
  ])('when %s', async (_name, happen) => {
    const seen = watching();
    happen(seen);
    seen.jobs.gone('job-uid', begun, 'watch-deleted');
    expect((await seen.witness.testify({ wait: true })).neverStarted).toBe(false);
  });

  test('when another pod of the Job is still there', async () => {
    const { witness, jobs } = watching([pulling]);
    jobs.seen(begun);
    jobs.gone('job-uid', begun, 'watch-deleted');
    expect((await witness.testify({ wait: true })).neverStarted).toBe(false);
  });

  test('when nobody waits for the end', async () => {
    const { witness, jobs } = watching();
    jobs.seen(unbegun);
    expect(await witness.testify({ wait: false })).toEqual({ existed: true, neverStarted: false });
  });
});

test('without a Job there is nothing to see', async () => {
  const witness = new Witness(watching().input);
  expect(await witness.testify({ wait: true })).toEqual({ existed: false, neverStarted: false });
});
