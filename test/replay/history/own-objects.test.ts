import { describe, expect, test } from 'vitest';
import { ownWrites } from '../../../src/replay/world/own-writes.ts';
import { Bundle, job, jobsPath, ownRun, pod, startedAt, told } from './bundle.ts';

describe('what the run wrote itself', () => {
  test('did not happen to it, and what the cluster adds did', () => {
    const { bundle, jobs } = ownRun();
    bundle.event(jobs, 1300, 'MODIFIED', job(12, { spec: { suspend: false }, status: { active: 1 } }));
    expect(told(bundle.history())).toEqual(['1300 released jobs/job-1 patched {"status":{"active":1}}']);
  });

  test('may be shown by a watch before it is answered', () => {
    const bundle = new Bundle();
    const jobs = bundle.watch(0, 'jobs');
    bundle.event(jobs, 1005, 'ADDED', job(10, { spec: { suspend: true } }));
    bundle.event(jobs, 1105, 'MODIFIED', job(11, { spec: { suspend: false } }));
    bundle.ownJob(1000);
    expect(told(bundle.history())).toEqual([]);
  });

  test('what came of it counts as after it, even when it is seen before the answer', () => {
    const bundle = new Bundle();
    const pods = bundle.watch(0, 'pods');
    bundle.event(pods, 1105, 'ADDED', pod(12)).ownJob(1000);
    expect(told(bundle.history())).toEqual(['1105 released pods/pod-1 put']);
  });

  test('its deletion is its own, and what that brings about comes after it', () => {
    const { bundle, jobs, pods } = ownRun();
    bundle.event(pods, 1300, 'ADDED', pod(12)).delete(5000);
    bundle.event(jobs, 5005, 'DELETED', job(20, { spec: { suspend: false } })).event(pods, 5100, 'DELETED', pod(21));
    expect(told(bundle.history()).slice(1)).toEqual(['5100 deleted pods/pod-1 gone']);
  });

  test('the deletion of another Job is no anchor', () => {
    const { bundle, pods } = ownRun();
    bundle.delete(1250, 'abandoned').event(pods, 1300, 'ADDED', pod(12));
    expect(told(bundle.history())).toEqual(['1300 released pods/pod-1 put']);
  });

  test('a Job of before that gave way to a rival does not count for the one that came after it', () => {
    const bundle = new Bundle().ownJob(1000).delete(2000).ownJob(3000, 30);
    const pods = bundle.watch(3050, 'pods');
    bundle.event(pods, 3300, 'ADDED', pod(40));
    expect(told(bundle.history())).toEqual(['3300 released pods/pod-1 put']);
  });

  test('a Job that it adopted was there, and goes on by itself until it is deleted', () => {
    const bundle = new Bundle();
    const left = { metadata: { creationTimestamp: '2026-11-25T09:00:00Z' }, spec: { suspend: false } };
    bundle.list(
      0,
      `${jobsPath}?labelSelector=agent`,
      9,
      job(5, { ...left, metadata: { ...left.metadata, labels: { agent: 'x' } } }),
    );
    bundle.decided({
      type: 'job_adopted',
      at: startedAt + 50,
      job: 'job-1',
      uid: 'uid-job-1',
      fromRunId: undefined,
      linkTo: undefined,
    });
    const pods = bundle.watch(60, 'pods');
    bundle.event(pods, 70, 'ADDED', pod(6, { metadata: { creationTimestamp: '2026-11-25T09:00:00Z' } }));
    bundle.event(
      pods,
      900,
      'MODIFIED',
      pod(12, { metadata: { creationTimestamp: '2026-11-25T09:00:00Z' }, status: { phase: 'Running' } }),
    );
    bundle
      .delete(2000)
      .event(
        pods,
        2100,
        'DELETED',
        pod(13, { metadata: { creationTimestamp: '2026-11-25T09:00:00Z' }, status: { phase: 'Running' } }),
      );
    expect(told(bundle.history())).toEqual([
      '-1 started jobs/job-1 put',
      '-1 started pods/pod-1 put',
      '900 started pods/pod-1 patched {"status":{"phase":"Running"}}',
      '2100 deleted pods/pod-1 gone',
    ]);
  });

  test('nor does it for a Job of another that is adopted in its place', () => {
    const bundle = new Bundle().ownJob(1000).delete(2000);
    const { jobName: name } = bundle.history().request;
    bundle.decided({
      type: 'job_adopted',
      at: startedAt + 3000,
      job: `${name}-other`,
      uid: 'other',
      fromRunId: undefined,
      linkTo: undefined,
    });
    const pods = bundle.watch(3050, 'pods');
    bundle.event(pods, 3300, 'ADDED', pod(40, { metadata: { creationTimestamp: '2026-11-25T10:00:03Z' } }, 'other'));
    expect(told(bundle.history())).toEqual(['3300 started pods/pod-1 put']);
  });

  test('a Job whose creation was never answered is its own all the same', () => {
    const bundle = new Bundle();
    const body = { metadata: { name: 'job-1' }, spec: { suspend: true } };
    const id = bundle.ask(1000, 'create', 'jobs', jobsPath, body);
    bundle
      .end(id, 1010, 'failed', 'ECONNRESET')
      .get(1500, `${jobsPath}/job-1`, 200, job(10, { spec: { suspend: true } }));
    bundle.decided({ type: 'job_created', at: startedAt + 1510, job: 'job-1', uid: 'uid-job-1', suspended: true });
    const jobs = bundle.watch(1600, 'jobs');
    bundle.event(jobs, 1700, 'MODIFIED', job(11, { spec: { suspend: true }, status: { x: 1 } }));
    expect(told(bundle.history())).toEqual(['1700 created jobs/job-1 patched {"status":{"x":1}}']);
    expect(bundle.history().outages).toMatchObject([{ call: 'create jobs', fault: { is: 'lost' } }]);
    expect(ownWrites(bundle.frames)).toMatchObject({
      at: { created: startedAt + 1510 },
      asked: { created: startedAt + 1000 },
    });
  });

  test('a patch whose answer was lost is taken out of the version that shows it', () => {
    const { bundle, jobs } = ownRun();
    const patch = [
      { op: 'test', path: '/metadata/uid', value: 'uid-job-1' },
      { op: 'add', path: '/spec/ttl', value: 60 },
    ];
    const id = bundle.ask(2000, 'patch', 'jobs', `${jobsPath}/job-1`, patch);
    bundle.end(id, 2010, 'failed', 'ECONNRESET');
    bundle.event(jobs, 2100, 'MODIFIED', job(12, { spec: { suspend: false, ttl: 60 }, status: { active: 0 } }));
    expect(told(bundle.history())).toEqual(['2100 released jobs/job-1 patched {"status":{"active":0}}']);
    expect(bundle.history().outages).toMatchObject([{ call: 'patch jobs', fault: { is: 'lost' } }]);
  });

  test('Secrets are none of the history', () => {
    const bundle = new Bundle().ownJob(1000);
    const secret = { ...job(12), kind: 'Secret' };
    bundle.answered(1050, ['create', 'secrets', '/api/v1/namespaces/agents/secrets', secret], 201, secret);
    expect(told(bundle.history())).toEqual([]);
  });
});
