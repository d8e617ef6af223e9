import { describe, expect, test } from 'vitest';
import { asks } from '../../src/loopback/faults.ts';
import { isWatch } from '../../src/loopback/open-stream.ts';
import { job, jobs, pod, pods } from '../loopback/objects.ts';
import { beside, roundTrip, until } from './loopback-api.ts';
import { Told } from './subscriber.ts';

const now = beside();

function create(name: string) {
  return now.api.store.create(jobs, job(name));
}

function touch(name: string, x: string) {
  return now.api.store.update({ ...jobs, name }, ({ metadata }) => Object.assign(metadata, { annotations: { x } }));
}

function remove(name: string) {
  now.api.store.remove({ ...jobs, name });
}

function watches() {
  return now.api.streams.list(isWatch);
}

/** A subscriber whose watch is open. */
async function subscribed(prefix = '') {
  const told = new Told(prefix);
  const unsubscribe = now.cluster.watchJobs('agents', told);
  await until(() => expect(watches()).toHaveLength(1));
  await until(() => expect(now.exchanges.some(({ verb }) => verb === 'watch')).toBe(true));
  return { told, unsubscribe };
}

/** A subscriber whose watch has shown a change, so that it can go on from there. Versions 1001 and 1002 are used up. */
async function resumable() {
  create('r');
  const { told } = await subscribed();
  touch('r', '0');
  await until(() => expect(told.all).toEqual(['seen r', 'seen r']));
  told.all.length = 0;
  return told;
}

function asked(verb: string) {
  return now.api.requests.filter((request) => request.verb === verb && request.resource === 'jobs');
}

function versionsWatched() {
  return asked('watch').map(({ query }) => query.get('resourceVersion'));
}

describe('while all is well', () => {
  test('what is there, then what changes; each version once, and no list', async () => {
    create('a');
    now.api.store.create(jobs, job('foreign', { labels: {} }));
    const { told } = await subscribed();
    await until(() => expect(told.all).toEqual(['seen a']));
    touch('a', '1');
    create('b');
    remove('a');
    await until(() => expect(told.all).toEqual(['seen a', 'seen a', 'seen b', 'gone a watch-deleted']));
    expect(told.versions).toEqual(['1001', '1003', '1004']);
    expect(Object.fromEntries(asked('watch')[0]?.query ?? [])).toEqual({
      labelSelector: 'paperclip.io/adapter-type=claude_k8s',
      watch: 'true',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '360',
    });
    expect(asked('list')).toEqual([]);
  });

  test('one watch for all, each told of its own; who comes late is told what is known', async () => {
    create('a1');
    create('b1');
    const { told } = await subscribed('a');
    await until(() => expect(told.all).toEqual(['seen a1']));
    const late = new Told('b');
    now.cluster.watchJobs('agents', late);
    await until(() => expect(late.all).toEqual(['seen b1']));
    create('a2');
    create('b2');
    await until(() =>
      expect([told.all, late.all]).toEqual([
        ['seen a1', 'seen a2'],
        ['seen b1', 'seen b2'],
      ]),
    );
    remove('a1');
    await until(() => expect(told.all.at(-1)).toBe('gone a1 watch-deleted'));
    expect(late.all).toEqual(['seen b1', 'seen b2']);
    expect([asked('list').length, asked('watch').length]).toEqual([0, 1]);
  });

  test('events that are cut between chunks, in the middle of a character too', async () => {
    const { told } = await subscribed();
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const [index, name] of names.entries()) {
      now.api.store.create(jobs, job(name, { annotations: { long: `${'x'.repeat(index)}${'é'.repeat(100_000)}` } }));
    }
    await until(() => expect(told.all).toEqual(names.map((name) => `seen ${name}`)));
    expect(now.restarts).toEqual([]);
  });

  test('pods are watched apart, and each namespace', async () => {
    now.api.store.create(pods, pod('p'));
    const [inAgents, inOthers, ofPods] = [new Told(), new Told(), new Told()];
    now.cluster.watchJobs('agents', inAgents);
    now.cluster.watchJobs('others', inOthers);
    now.cluster.watchPods('agents', ofPods);
    now.api.store.create({ ...jobs, namespace: 'others' }, job('o'));
    create('a');
    await until(() => expect([inAgents.all, inOthers.all, ofPods.all]).toEqual([['seen a'], ['seen o'], ['seen p']]));
  });

  test('a clean end is followed from the last version, without a list', async () => {
    const told = await resumable();
    create('a');
    await until(() => expect(told.all).toEqual(['seen a']));
    now.api.streams.cut('clean');
    create('b');
    await until(() => expect(told.all).toEqual(['seen a', 'seen b']));
    expect(versionsWatched()).toEqual([null, '1003']);
    expect(asked('list')).toHaveLength(0);
    expect(now.restarts).toEqual([]);
  });

  test('what a watch shows at first is in no order: one that ends before a change is followed by a list', async () => {
    create('a');
    create('b');
    const { told } = await subscribed();
    await until(() => expect(told.all).toEqual(['seen a', 'seen b']));
    now.api.streams.cut('clean');
    remove('a');
    touch('b', '1');
    await until(() => expect(told.all.slice(2)).toEqual(['seen b', 'gone a relist-missing']));
    await until(() => expect(versionsWatched()).toEqual([null, '1004']));
    expect(asked('list')).toHaveLength(1);
  });

  test('a bookmark moves the version on', async () => {
    const { told } = await subscribed();
    now.api.store.create(pods, pod('unrelated'));
    now.apiClock.advance(60_000);
    now.api.store.compact();
    now.api.streams.cut('clean');
    create('b');
    await until(() => expect(told.all).toEqual(['seen b']));
    expect(versionsWatched()).toEqual([null, '1001']);
    expect(asked('list')).toHaveLength(0);
  });
});

describe('gaps', () => {
  test('a compacted version is listed anew: what vanished meanwhile is told as missing', async () => {
    create('a');
    create('b');
    const { told } = await subscribed();
    touch('a', '0');
    await until(() => expect(told.all).toEqual(['seen a', 'seen b', 'seen a']));
    now.api.streams.cut('stall');
    remove('a');
    touch('b', '1');
    create('c');
    now.api.store.compact();
    now.clock.advance(90_000);
    await until(() => expect(told.all.slice(3)).toEqual(['seen b', 'seen c', 'gone a relist-missing']));
    expect(now.restarts).toEqual(['reset', 'gone']);
    await until(() => expect(watches()).toHaveLength(1));
    expect(asked('list')).toHaveLength(1);
    remove('b');
    await until(() => expect(told.all.at(-1)).toBe('gone b watch-deleted'));
  });

  test('an HTTP 410 is the same', async () => {
    const told = await resumable();
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 410, body: { code: 410 } });
    now.clock.advance(5_000);
    now.api.streams.cut('clean');
    create('a');
    await until(() => expect(told.all).toEqual(['seen a']));
    expect(now.restarts).toEqual(['gone']);
    expect(asked('list')).toHaveLength(1);
  });

  test('90 s without a byte: the watch is opened again at once, from the same version', async () => {
    const told = await resumable();
    now.api.streams.cut('stall');
    now.clock.advance(89_999);
    create('a');
    await roundTrip(now);
    expect(asked('watch')).toHaveLength(1);
    now.clock.advance(1);
    await until(() => expect(told.all).toEqual(['seen a']));
    expect(versionsWatched()).toEqual([null, '1002']);
    await until(() => expect(watches()).toHaveLength(1));
    expect(told.faults).toEqual([]);
  });

  test('any byte puts the silence off', async () => {
    const { told } = await subscribed();
    now.clock.advance(60_000);
    create('a');
    await until(() => expect(told.all).toEqual(['seen a']));
    now.clock.advance(60_000);
    await roundTrip(now);
    expect(asked('watch')).toHaveLength(1);
  });
});
