import { describe, expect, test } from 'vitest';
import type { History, Outage } from '../../../src/replay/history/history.ts';
import { Bundle, job, jobsPath, pod as podObject, startedAt } from './bundle.ts';

const short = ({ from, to, call, fault }: Outage) =>
  `${from - startedAt}..${to - startedAt} ${call ?? 'all'} ${fault.is === 'answer' ? fault.status : fault.is}`;
const outages = (bundle: Bundle) => bundle.history().outages.map(short);

describe('no answer', () => {
  const failing = (
    bundle: Bundle,
    t: number,
    how: 'aborted' | 'failed',
    till: number,
    verb: 'get' | 'list' = 'list',
  ) => {
    const id = bundle.ask(t, verb, 'jobs', jobsPath);
    return bundle.end(id, till, how, how === 'failed' ? 'ECONNREFUSED' : 'TimeoutError');
  };

  test('is an outage of everything until one that was asked later is answered', () => {
    const bundle = new Bundle().list(0, jobsPath, 9);
    for (const t of [20_000, 20_500, 21_500]) failing(bundle, t, 'failed', t + 2);
    bundle.get(25_000, `${jobsPath}/x`, 404, {});
    expect(outages(bundle)).toEqual(['19000..24000 all reset']);
  });

  test('for long is a hang', () => {
    const bundle = new Bundle().list(0, jobsPath, 9);
    failing(bundle, 20_000, 'aborted', 50_000).list(50_500, jobsPath, 10);
    expect(outages(bundle)).toEqual(['19000..49500 all hang']);
  });

  test('because we ended it is none', () => {
    const bundle = new Bundle().list(0, jobsPath, 9);
    failing(bundle, 20_000, 'aborted', 20_100);
    expect(outages(bundle)).toEqual([]);
  });

  test('while others are answered is of that request alone', () => {
    const bundle = new Bundle().list(0, jobsPath, 9);
    const watch = bundle.watch(100, 'pods');
    failing(bundle, 20_000, 'failed', 20_002, 'get')
      .event(watch, 20_500, 'ADDED', podObject(12))
      .list(25_000, jobsPath, 13);
    expect(outages(bundle)).toEqual(['19000..Infinity get jobs reset']);
  });

  test('to a follow is what a silent container gives', () => {
    const bundle = new Bundle().ownJob(1000);
    bundle.end(bundle.follow(2000), 60_000, 'aborted');
    expect(outages(bundle)).toEqual([]);
  });

  test('to a follow of a container that spoke meanwhile is a hang', () => {
    const bundle = new Bundle().ownJob(1000);
    bundle.end(bundle.follow(2000), 60_000, 'aborted');
    const id = bundle.follow(60_500);
    bundle.head(id, 60_501).chunk(id, 60_502, '2026-11-25T10:00:10.000000000Z x\n');
    expect(outages(bundle)).toEqual(['2000..60000 follow pods/log hang']);
  });

  test('to a deletion whose effect is seen is a lost one', () => {
    const bundle = new Bundle().ownJob(1000);
    const jobs = bundle.watch(1200, 'jobs');
    const id = bundle.ask(5000, 'delete', 'jobs', `${jobsPath}/job-1`, {});
    bundle.end(id, 5002, 'failed', 'ECONNRESET').event(jobs, 5003, 'DELETED', job(20, { spec: { suspend: false } }));
    expect(outages(bundle)).toEqual(['-Infinity..Infinity delete jobs lost']);
    expect(bundle.history().happenings).toEqual([]);
  });
});

test('a creation without an answer is a lost one when its name is taken the next time', () => {
  const secret: [string, string, { metadata: { name: string } }] = [
    'secrets',
    '/api/v1/namespaces/agents/secrets',
    { metadata: { name: 's' } },
  ];
  const bundle = new Bundle().ownJob(1000);
  bundle.end(bundle.ask(1300, 'create', ...secret), 1302, 'failed', 'ECONNRESET');
  bundle.answered(2000, ['create', ...secret], 409, { reason: 'AlreadyExists' });
  expect(outages(bundle)).toEqual(['-Infinity..1650 create secrets lost']);
});

test('of a recording that breaks off, a cancel is known by its phase, and what a run decides by itself is none', () => {
  const stopped = (why: string) =>
    new Bundle().decided({ type: 'phase_entered', at: startedAt + 9, phase: 'cancel', why });
  expect(stopped('cancelled').history().told).toEqual([{ at: startedAt + 9, what: 'cancel', reason: 'cancelled' }]);
  expect(stopped('timeout').history().told).toEqual([]);
});

describe('the API server', () => {
  const dated = (ms: number): History => {
    const bundle = new Bundle();
    for (const t of [1000, 2000, 3000]) {
      const id = bundle.ask(t, 'get', 'version', '/version');
      bundle.head(id, t, 200, { date: new Date(startedAt + t + ms).toUTCString() });
      bundle.chunk(id, t, JSON.stringify({ major: '1', minor: '33', gitVersion: 'v1.33.2' })).end(id, t);
    }
    return bundle.history();
  };

  test('has a clock and a version', () => {
    expect(dated(90_000)).toMatchObject({
      skewMs: 90_500,
      version: { major: '1', minor: '33', gitVersion: 'v1.33.2' },
    });
    expect(dated(-90_000).skewMs).toBe(-89_500);
    expect(dated(-1_000).skewMs).toBe(0);
    expect(new Bundle().history().version).toEqual({ major: '1', minor: '34', gitVersion: 'v1.34.0' });
  });

  test('takes its time for each call', () => {
    const bundle = new Bundle().list(0, jobsPath, 9).list(1000, jobsPath, 9).get(2000, `${jobsPath}/x`, 404, {});
    expect([...bundle.history().latencies]).toEqual([
      ['list jobs', [10, 10]],
      ['get jobs', [10]],
    ]);
  });
});
