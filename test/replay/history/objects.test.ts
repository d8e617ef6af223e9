import { describe, expect, test } from 'vitest';
import { historyOf } from '../../../src/replay/history/build.ts';
import { Bundle, fleet, job, jobsPath, node, ownRun, pod, podsPath, told } from './bundle.ts';

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
