import { describe, expect, test } from 'vitest';
import { historyOf } from '../../../src/replay/history/build.ts';
import { ownWrites } from '../../../src/replay/world/own-writes.ts';
import { Bundle, fleet, job, jobsPath, node, pod, podsPath, startedAt, told } from './bundle.ts';

/** A bundle with a Job of its own, and watches of both kinds. */
function ownRun() {
  const bundle = new Bundle();
  const jobs = bundle.watch(0, 'jobs');
  bundle.ownJob(1000);
  const pods = bundle.watch(1200, 'pods');
  return { bundle, jobs, pods };
}

test('a bundle without a header is refused by what it wants', () => {
  expect(() => historyOf(new Bundle().frames.slice(1))).toThrow('the recording has no header frame');
});

describe('an object', () => {
  test('is put at its first sighting, whole, and patched from version to version', () => {
    const { bundle, pods } = ownRun();
    const status = { phase: 'Pending', conditions: [{ type: 'A' }, { type: 'B' }], message: 'waits' };
    bundle
      .event(pods, 1300, 'ADDED', pod(12, { status }))
      .event(pods, 1400, 'MODIFIED', pod(13, { status: { phase: 'Running', conditions: [{ type: 'B' }] } }));
    const history = bundle.history();
    expect(told(history)).toEqual([
      '1300 released pods/pod-1 put',
      '1400 released pods/pod-1 patched {"status":{"phase":"Running","conditions":[{"type":"B"}],"message":null}}',
    ]);
    expect(history.happenings[0]?.change).toEqual({ is: 'put', object: pod(12, { status }) });
  });

  test('that is written again as it was has not changed', () => {
    const { bundle, pods } = ownRun();
    bundle
      .event(pods, 1300, 'ADDED', pod(12))
      .event(pods, 1400, 'MODIFIED', pod(13, { metadata: { generation: 2, managedFields: [{}] } }));
    expect(told(bundle.history())).toEqual(['1300 released pods/pod-1 put']);
  });

  test('is ordered by its versions as numbers, however its answers came', () => {
    const { bundle, pods } = ownRun();
    bundle
      .event(pods, 1300, 'ADDED', pod(99, { status: { phase: 'Pending' } }))
      .event(pods, 1400, 'MODIFIED', pod(101, { status: { phase: 'Failed' } }))
      .get(1450, `${podsPath}/pod-1`, 200, pod(100, { status: { phase: 'Running' } }));
    expect(told(bundle.history())).toEqual([
      '1300 released pods/pod-1 put',
      '1400 released pods/pod-1 patched {"status":{"phase":"Running"}}',
      '1400 released pods/pod-1 patched {"status":{"phase":"Failed"}}',
    ]);
  });

  test('had changed before anything that was written later and seen earlier, of whatever kind', () => {
    const { bundle, jobs, pods } = ownRun();
    bundle
      .event(pods, 1300, 'ADDED', pod(12, { status: { phase: 'Pending' } }))
      .event(jobs, 1500, 'MODIFIED', job(30, { spec: { suspend: false }, status: { failed: 1 } }))
      .event(pods, 1900, 'MODIFIED', pod(20, { status: { phase: 'Failed' } }));
    expect(told(bundle.history())).toContain('1500 released pods/pod-1 patched {"status":{"phase":"Failed"}}');
  });

  test('with another uid under its name is another one', () => {
    const { bundle, pods } = ownRun();
    bundle.event(pods, 1300, 'ADDED', pod(12)).event(pods, 1400, 'ADDED', pod(15, { metadata: { uid: 'second' } }));
    expect(told(bundle.history())).toEqual([
      '1300 released pods/pod-1 put',
      '1400 released pods/pod-1 gone',
      '1400 released pods/pod-1 put',
    ]);
  });

  test('of before the run was there before it', () => {
    const bundle = new Bundle();
    bundle
      .list(
        0,
        `${jobsPath}?labelSelector=agent`,
        9,
        job(5, { metadata: { creationTimestamp: '2026-11-24T00:00:00Z' } }, 'old'),
      )
      .ownJob(1000)
      .get(60_000, '/api/v1/nodes/node-1', 200, node(50, { metadata: { creationTimestamp: '2026-01-01T00:00:00Z' } }));
    expect(told(bundle.history())).toEqual(['-1 started jobs/old put', '-1 started nodes/node-1 put']);
  });

  test('that a shared watch had shown before the run keeps that time', () => {
    const bundle = new Bundle();
    const jobs = bundle.watch(-500, 'jobs');
    bundle.event(jobs, -400, 'ADDED', job(5, {}, 'old')).ownJob(1000);
    expect(told(bundle.history())).toEqual(['-400 started jobs/old put']);
  });

  test('of somebody else that comes up during the run is put then', () => {
    const bundle = new Bundle().list(0, `${jobsPath}?labelSelector=agent`, 9).ownJob(1000);
    const other = job(40, { metadata: { creationTimestamp: '2026-11-25T10:00:07Z' } }, 'other');
    bundle.list(8000, `${jobsPath}?labelSelector=agent`, 41, other);
    expect(told(bundle.history())).toEqual(['8010 started jobs/other put']);
  });
});

describe('what is gone', () => {
  const seen = () => {
    const { bundle, pods } = ownRun();
    return { bundle: bundle.event(pods, 1300, 'ADDED', pod(12, { status: { phase: 'Pending' } })), pods };
  };

  test('a watch says, with how it was last', () => {
    const { bundle, pods } = seen();
    bundle.event(pods, 1400, 'DELETED', pod(14, { status: { phase: 'Failed' } }));
    expect(told(bundle.history()).slice(1)).toEqual([
      '1400 released pods/pod-1 patched {"status":{"phase":"Failed"}}',
      '1400 released pods/pod-1 gone',
    ]);
  });

  test('only left the selection of a watch when it is seen again', () => {
    const { bundle, pods } = seen();
    bundle.event(pods, 1400, 'DELETED', pod(14, { status: { phase: 'Pending' } }));
    bundle.get(1500, `${podsPath}/pod-1`, 200, pod(15, { status: { phase: 'Running' } }));
    expect(told(bundle.history()).slice(1)).toEqual([
      '1510 released pods/pod-1 patched {"status":{"phase":"Running"}}',
    ]);
  });

  test('a read of it says, unless it is seen after that', () => {
    const { bundle, pods } = seen();
    bundle.get(1400, `${podsPath}/pod-1`, 404, {});
    expect(told(bundle.history()).slice(1)).toEqual(['1410 released pods/pod-1 gone']);
    bundle.event(pods, 1500, 'MODIFIED', pod(16, { status: { phase: 'Pending' } }));
    expect(told(bundle.history()).slice(1)).toEqual([]);
  });

  test.each([
    ['a list that selects it and has it not', `${podsPath}${fleet}`, 13, ['1410 released pods/pod-1 gone']],
    ['a list by a selector that it does not meet does not', `${podsPath}?labelSelector=other`, 13, []],
    ['a list of another namespace does not', '/api/v1/namespaces/else/pods', 13, []],
    ['a list that is older than it does not', `${podsPath}${fleet}`, 11, []],
  ])('%s says', (_, path, version, expected) => {
    const { bundle } = seen();
    bundle.list(1400, path, version);
    expect(told(bundle.history()).slice(1)).toEqual(expected);
  });

  test('a list that all runs share says only of the run itself: others were left out of it', () => {
    const bundle = new Bundle();
    bundle.list(
      0,
      `${jobsPath}?labelSelector=agent`,
      9,
      job(5, { metadata: { labels: { fleet: 'yes', agent: 'x' } } }, 'other'),
    );
    bundle.watch(10, 'jobs');
    bundle.ownJob(1000).list(1500, `${jobsPath}${fleet}`, 30);
    expect(told(bundle.history())).toEqual(['-1 started jobs/other put', '1510 released jobs/job-1 gone']);
  });
});

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

test('an event is there since it says that it happened, but not before what it came of', () => {
  const { bundle } = ownRun();
  const event = (name: string, uid: string, lastTimestamp: string) => ({
    ...job(50, {}, name),
    kind: 'Event',
    involvedObject: { uid, name: uid === 'uid-job-1' ? 'job-1' : 'x' },
    lastTimestamp,
  });
  bundle.list(
    60_000,
    '/api/v1/namespaces/agents/events',
    60,
    event('early', 'uid-job-1', '2026-11-25T10:00:01Z'),
    event('late', 'uid-job-1', '2026-11-25T10:00:30Z'),
    event('none', 'uid-job-1', ''),
  );
  expect(told(bundle.history())).toEqual([
    '1110 released events/early put',
    '1110 released events/none put',
    '30000 released events/late put',
  ]);
});
