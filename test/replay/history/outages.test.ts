import { describe, expect, test } from 'vitest';
import { asks } from '../../../src/loopback/faults.ts';
import { isWatch } from '../../../src/loopback/open-stream.ts';
import type { Outage } from '../../../src/replay/history/history.ts';
import { done, success, until } from '../../engine/world.ts';
import { Bundle, jobsPath, pod as podObject, podsPath, startedAt } from './bundle.ts';
import { historyFrom } from './real.ts';

const short = ({ from, to, call, fault }: Outage) =>
  `${from - startedAt}..${to - startedAt} ${call ?? 'all'} ${fault.is === 'answer' ? fault.status : fault.is}`;
const outages = (bundle: Bundle) => bundle.history().outages.map(short);

describe('a real run', () => {
  test('whose API is away for a while has an outage of everything for that while', async () => {
    let [from, to] = [0, 0];
    const history = await historyFrom({
      async during({ world, run, pod, pass }) {
        await until('the first line', () => run.lines().length === 1);
        from = world.clock.now();
        const back = world.api.faults.add(() => true, { is: 'reset' }, Number.POSITIVE_INFINITY);
        world.api.streams.cut('reset');
        await pass(20_000);
        back();
        to = world.clock.now();
        await pass(40_000);
        pod().say(done).exited(0);
      },
    });
    const all = history.outages.filter(({ call }) => call === undefined);
    expect(all).toMatchObject([{ fault: { is: 'reset' } }]);
    expect(Math.abs((all[0]?.from ?? 0) - from)).toBeLessThan(2_000);
    // Found out at the next attempt only, and that comes the later the longer it lasts.
    expect(all[0]?.to).toBeGreaterThan(to - 2_000);
    expect(all[0]?.to).toBeLessThan(to + 35_000);
    expect(new Set(history.cuts.map(({ stream, how }) => `${stream} ${how}`))).toEqual(
      new Set(['jobs reset', 'pods reset', 'pods/log reset']),
    );
  });

  test('that is throttled keeps the word and how long to wait', async () => {
    const history = await historyFrom({
      life: success,
      before: ({ api }) => api.faults.add(asks('create', 'jobs'), { is: 'answer', status: 429, retryAfter: 1 }),
    });
    expect(history.outages).toMatchObject([
      { from: -Infinity, call: 'create jobs', fault: { is: 'answer', status: 429, retryAfter: '1' } },
    ]);
    const created = history.happenings.find(({ after }) => after === 'released')?.at ?? 0;
    expect(history.outages[0]?.to).toBeLessThan(created);
  });

  test('whose creation is carried out and never answered has lost that answer', async () => {
    const history = await historyFrom({
      life: success,
      before: ({ api }) => api.faults.add(asks('create', 'jobs'), { is: 'lost' }),
    });
    expect(history.outages).toMatchObject([{ call: 'create jobs', fault: { is: 'lost' } }]);
    expect(history.happenings.filter(({ resource, change }) => resource === 'jobs' && change.is === 'put')).toEqual([]);
  });

  test.each(['watch pods', 'watch jobs'])('that may not %s is denied it for good', async (call) => {
    const [verb = '', resource = ''] = call.split(' ');
    const history = await historyFrom({ life: success, before: ({ api }) => api.access.deny({ verb, resource }) });
    expect(history.denied).toEqual([{ verb, resource, namespace: 'agents' }]);
    expect(history.outages).toEqual([]);
  });

  test('that may not patch is denied what it asked for', async () => {
    const history = await historyFrom({
      life: success,
      before: ({ api }) => api.access.deny({ verb: 'patch', resource: 'jobs' }),
    });
    expect(history.denied).toMatchObject([{ verb: 'patch', resource: 'jobs' }]);
    // Created as it is to run: what comes of it comes after that.
    expect(
      new Set(history.happenings.filter(({ resource }) => resource === 'pods').map(({ after }) => after)),
    ).toContain('released');
  });

  test('that is cancelled was told so, with the reason', async () => {
    const history = await historyFrom({
      async during({ run }) {
        await until('the first line', () => run.lines().length === 1);
        run.handle.cancel('not needed');
      },
    });
    expect(history.told).toEqual([{ at: expect.any(Number), what: 'cancel', reason: 'not needed' }]);
    expect(history.outages).toEqual([]);
  });

  test('that hands its Job over was told that the process ends', async () => {
    const history = await historyFrom({
      async during({ run }) {
        await until('the first line', () => run.lines().length === 1);
        run.handle.release('the host stops');
      },
    });
    expect(history.told).toEqual([{ at: expect.any(Number), what: 'shutdown', reason: 'the host stops' }]);
  });

  test('that runs out of time was told nothing: another build finds that out by itself', async () => {
    const history = await historyFrom({ config: { timeoutSec: 30 } });
    expect(history.told).toEqual([]);
  });

  test('whose watches forget their version has no outage by that', async () => {
    const history = await historyFrom({
      async during({ world, run, pod, pass }) {
        await until('the first line', () => run.lines().length === 1);
        world.api.store.compact();
        world.api.streams.cut('reset', isWatch);
        await pass(3_000);
        pod().say(done).exited(0);
      },
    });
    expect(history.outages).toEqual([]);
  });
});

describe('an answer', () => {
  const create = (t: number, bundle: Bundle, status: number, body: unknown = {}) =>
    bundle.answered(t, ['create', 'jobs', jobsPath, { metadata: { name: 'job-1' } }], status, body);

  test('of an error holds until half way to the next request of its kind, and from half way since the one before', () => {
    const bundle = new Bundle();
    for (const [t, status] of [
      [0, 200],
      [100, 500],
      [500, 503],
      [60_000, 200],
    ] as const) {
      bundle.answered(t, ['list', 'jobs', jobsPath], status, { metadata: {}, items: [] });
    }
    expect(outages(bundle)).toEqual(['50..300 list jobs 500', '300..59000 list jobs 503']);
  });

  test('of an error that never changed holds for good', () => {
    expect(outages(create(1000, new Bundle(), 422, { reason: 'Invalid' }))).toEqual([
      '-Infinity..Infinity create jobs 422',
    ]);
  });

  test.each([
    ['quota', 403, { message: 'jobs.batch "job-1" is forbidden: exceeded quota: q' }, 1],
    ['a webhook', 400, { message: 'denied' }, 1],
    ['a conflict with nobody', 409, { reason: 'Conflict' }, 1],
    [
      'a right that it never had',
      403,
      {
        message: 'is forbidden: User "u" cannot create resource "jobs" in API group "batch" in the namespace "agents"',
      },
      0,
    ],
  ])('to a creation that is refused for %s is an outage or not', (_, status, body, expected) => {
    expect(outages(create(1000, new Bundle(), status, body))).toHaveLength(expected);
  });

  test('for want of a right that it has at other times is an outage, and no denial', () => {
    const body = {
      message: 'is forbidden: User "u" cannot list resource "jobs" in API group "batch" in the namespace "agents"',
    };
    const bundle = new Bundle().answered(0, ['list', 'jobs', jobsPath], 403, body).list(5000, jobsPath, 9);
    expect(bundle.history()).toMatchObject({ denied: [], outages: [{ call: 'list jobs', to: startedAt + 4000 }] });
  });

  test('that the state of an object explains is none', () => {
    const bundle = new Bundle().ownJob(1000);
    bundle.answered(1300, ['create', 'jobs', jobsPath, { metadata: { name: 'job-1' } }], 409, {
      reason: 'AlreadyExists',
    });
    bundle.answered(1400, ['patch', 'jobs', `${jobsPath}/job-1`, []], 422, { reason: 'Invalid' });
    bundle.answered(1500, ['delete', 'jobs', `${jobsPath}/job-1`, {}], 409, { reason: 'Conflict' });
    bundle.get(1600, `${podsPath}/none`, 404, {});
    bundle.answered(1700, ['follow', 'pods/log', `${podsPath}/pod-1/log?follow=true`], 400, {});
    bundle.answered(1800, ['list', 'jobs', `${jobsPath}?resourceVersion=1`], 410, {});
    expect(outages(bundle)).toEqual([]);
  });

  test.each([404, 500, 502])('of %i for the log of a pod that is there is one', (status) => {
    const bundle = new Bundle().ownJob(1000);
    const pods = bundle.watch(1200, 'pods');
    bundle.event(pods, 1300, 'ADDED', podObject(12));
    bundle.answered(2000, ['follow', 'pods/log', `${podsPath}/pod-1/log?follow=true`], status, {});
    expect(outages(bundle)).toEqual([`-Infinity..Infinity follow pods/log ${status}`]);
  });

  test('of 404 for the log of a pod that is gone is none', () => {
    const bundle = new Bundle().ownJob(1000);
    const pods = bundle.watch(1200, 'pods');
    bundle.event(pods, 1300, 'ADDED', podObject(12)).event(pods, 1900, 'DELETED', podObject(13));
    bundle.answered(2000, ['follow', 'pods/log', `${podsPath}/pod-1/log?follow=true`], 404, {});
    expect(outages(bundle)).toEqual([]);
  });
});
