import { describe, expect, test } from 'vitest';
import { asks } from '../../src/loopback/faults.ts';
import { isWatch } from '../../src/loopback/open-stream.ts';
import { job, jobs } from '../loopback/objects.ts';
import { beside, roundTrip, until } from './loopback-api.ts';
import { Told } from './subscriber.ts';

const now = beside();

function create(name: string) {
  return now.api.store.create(jobs, job(name));
}

function count(verb: string): number {
  return now.api.requests.filter((request) => request.verb === verb && request.resource === 'jobs').length;
}

function subscribe(prefix = '') {
  const told = new Told(prefix);
  return { told, unsubscribe: now.cluster.watchJobs('agents', told) };
}

async function watching() {
  await until(() => expect(now.api.streams.list(isWatch)).toHaveLength(1));
  await until(() => expect(now.exchanges.some(({ verb }) => verb === 'watch')).toBe(true));
}

/** The first watch says that its history is gone, so that the list is asked. */
function listFirst() {
  now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 410 });
}

/** The reflector waits, and for so long; then that time passes. A silent watch has 90 s. */
async function pause(): Promise<number> {
  await until(() => expect(now.clock.next).toBeLessThan(30_000));
  const ms = now.clock.next ?? 0;
  now.clock.advance(ms);
  return ms;
}

describe('trouble is told once, and its end', () => {
  test('a reset backs off, from the last version', async () => {
    create('r');
    const { told } = subscribe();
    await watching();
    now.api.store.update({ ...jobs, name: 'r' }, ({ metadata }) =>
      Object.assign(metadata, { annotations: { x: '1' } }),
    );
    await until(() => expect(told.all).toEqual(['seen r', 'seen r']));
    told.all.length = 0;
    now.api.faults.add(asks('watch', 'jobs'), { is: 'reset' }, 3);
    now.api.streams.cut('reset');
    create('a');
    const pauses = [await pause(), await pause(), await pause(), await pause()];
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000]);
    await until(() => expect(told.all).toEqual(['degraded unreachable', 'recovered', 'seen a']));
    expect(count('list')).toBe(0);
    expect(now.restarts).toEqual(['reset', 'reset', 'reset', 'reset']);
    now.api.streams.cut('reset');
    expect(await pause()).toBe(500);
  });

  test('a first watch that fails once is asked again, a second time the list is', async () => {
    create('a');
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 429, body: 'slow', retryAfter: 5 });
    const { told, unsubscribe } = subscribe();
    expect(await pause()).toBe(5_000);
    await until(() => expect(told.all).toEqual(['degraded throttled', 'recovered', 'seen a']));
    expect([count('watch'), count('list')]).toEqual([2, 0]);
    unsubscribe();
    now.api.faults.add(asks('watch', 'jobs'), { is: 'reset' }, 2);
    const second = subscribe();
    expect([await pause(), await pause()]).toEqual([500, 1_000]);
    await until(() => expect(second.told.all).toEqual(['degraded unreachable', 'seen a', 'recovered']));
    expect(count('list')).toBe(1);
  });

  test('a list that fails is asked again, as the server says', async () => {
    listFirst();
    now.api.faults.add(asks('list', 'jobs'), { is: 'answer', status: 429, body: 'slow', retryAfter: 5 });
    now.api.faults.add(asks('list', 'jobs'), { is: 'answer', status: 500, body: 'etcd' });
    create('a');
    const { told } = subscribe();
    expect([await pause(), await pause()]).toEqual([5_000, 1_000]);
    await until(() => expect(told.all).toEqual(['degraded throttled', 'seen a', 'recovered']));
  });

  test('a watch that is refused', async () => {
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 429, body: 'slow', retryAfter: 5 });
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 401, body: { reason: 'Unauthorized' } });
    const { told } = subscribe();
    expect(await pause()).toBe(5_000);
    await pause();
    await until(() => expect(told.all).toEqual(['degraded throttled', 'recovered']));
    expect(now.restarts).toEqual(['throttled', 'error']);
    // An answer that asking again does not mend is asked for from the beginning.
    expect(count('list')).toBe(1);
  });

  test('who comes while it lasts is told too', async () => {
    listFirst();
    now.api.faults.add(asks('list', 'jobs'), { is: 'answer', status: 500, body: 'etcd' });
    const { told } = subscribe();
    await until(() => expect(told.all).toEqual(['degraded server_error']));
    const late = subscribe();
    expect(late.told.all).toEqual(['degraded server_error']);
    await pause();
    await until(() => expect(late.told.all).toEqual(['degraded server_error', 'recovered']));
    expect(told.all).toEqual(late.told.all);
  });
});

describe('without permission to watch', () => {
  test('the list is polled, and that is told once', async () => {
    now.api.access.deny({ verb: 'watch', resource: 'jobs' });
    create('a');
    const { told } = subscribe();
    expect(await pause()).toBe(2_000);
    create('b');
    now.api.store.remove({ ...jobs, name: 'a' });
    expect(await pause()).toBe(2_000);
    await until(() => expect(told.all).toContain('gone a relist-missing'));
    expect(await pause()).toBe(2_000);
    await until(() => expect(count('list')).toBe(4));
    expect(told.all).toEqual(['degraded forbidden', 'seen a', 'seen b', 'gone a relist-missing']);
    expect(told.faults[0]?.message).toContain('cannot watch resource "jobs" in API group "batch"');
    expect(count('watch')).toBe(1);
    expect(now.restarts).toEqual(['forbidden']);
    expect(subscribe().told.all).toEqual(['seen b', 'degraded forbidden']);
  });
});

describe('a server that never says anything', () => {
  test('a watch that ends at once, again and again, is not asked for without a pause', async () => {
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 200 }, Number.POSITIVE_INFINITY);
    subscribe();
    expect([await pause(), await pause(), await pause()]).toEqual([500, 1_000, 2_000]);
    expect(count('watch')).toBeLessThanOrEqual(5);
    expect(count('list')).toBe(1);
  });

  test('a version that is expired as soon as it was listed is not asked for without a pause', async () => {
    now.api.faults.add(asks('watch', 'jobs'), { is: 'answer', status: 410 }, Number.POSITIVE_INFINITY);
    subscribe();
    expect([await pause(), await pause(), await pause()]).toEqual([500, 1_000, 2_000]);
    expect(count('list')).toBeLessThanOrEqual(5);
  });

  test('a watch that is reset as soon as it is open backs off more each time', async () => {
    subscribe();
    const pauses: number[] = [];
    while (pauses.length < 3) {
      await until(() => expect(now.exchanges.filter(({ verb }) => verb === 'watch')).toHaveLength(pauses.length + 1));
      await until(() => expect(now.api.streams.cut('reset')).toBe(1));
      pauses.push(await pause());
    }
    expect(pauses).toEqual([500, 1_000, 2_000]);
  });
});

describe('the end', () => {
  test('of the last subscriber ends the watch and leaves no timer and no socket', async () => {
    const first = subscribe();
    const second = subscribe();
    await watching();
    first.unsubscribe();
    await roundTrip(now);
    expect(now.api.streams.list(isWatch)).toHaveLength(1);
    second.unsubscribe();
    await until(() => expect(now.api.streams.list(isWatch)).toEqual([]));
    await until(() => expect(now.clock.waiting).toBe(0));
    create('a');
    await roundTrip(now);
    expect([count('list'), count('watch')]).toEqual([0, 1]);
    expect([first.told.all, second.told.all]).toEqual([[], []]);
  });

  test('while it waits', async () => {
    listFirst();
    now.api.faults.add(asks('list', 'jobs'), { is: 'answer', status: 500 });
    const waiting = subscribe();
    await until(() => expect(now.clock.next).toBe(500));
    waiting.unsubscribe();
    expect(now.clock.waiting).toBe(0);
  });

  test('while its list has no answer', async () => {
    now.api.faults.add(asks('watch', 'jobs'), { is: 'reset' }, 2);
    now.api.faults.add(asks('list', 'jobs'), { is: 'hang' });
    const hanging = subscribe();
    expect([await pause(), await pause()]).toEqual([500, 1_000]);
    await until(() => expect(count('list')).toBe(1));
    hanging.unsubscribe();
    await until(() => expect(now.exchanges.filter(({ verb }) => verb === 'list')).toHaveLength(1));
    await until(async () => expect(await now.api.connections()).toBe(0));
  });

  test('who comes after it begins anew', async () => {
    create('a');
    const { unsubscribe } = subscribe();
    await watching();
    unsubscribe();
    now.api.store.remove({ ...jobs, name: 'a' });
    const { told } = subscribe();
    expect(told.all).toEqual([]);
    create('b');
    await until(() => expect(told.all).toEqual(['seen b']));
    expect([count('list'), count('watch')]).toEqual([0, 2]);
  });

  test.each([
    ['a list', listFirst],
    ['what a watch shows at first', () => undefined],
  ])('in the middle of %s: nothing of it is kept', async (_, begin) => {
    begin();
    create('a');
    create('b');
    const first = subscribe();
    first.told.whenSeen = () => first.unsubscribe();
    await until(() => expect(first.told.all).toEqual(['seen a']));
    now.api.store.remove({ ...jobs, name: 'b' });
    const { told } = subscribe();
    await until(() => expect(told.all).toEqual(['seen a']));
    await roundTrip(now);
    expect(told.all).toEqual(['seen a']);
  });

  test('of the client ends every watch', async () => {
    const { told } = subscribe();
    await watching();
    await now.cluster.close();
    await until(() => expect(now.clock.waiting).toBe(0));
    await until(async () => expect(await now.api.connections()).toBe(0));
    expect(told.all).toEqual([]);
  });
});
