import { afterEach, expect, test } from 'vitest';
import { UnownedJobs } from '../../src/engine/unowned.ts';
import { adapterType, annotation, label } from '../../src/manifest/labels.ts';
import { until, World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.close());

const leaver =
  (w: World) =>
  (name: string, annotations: Record<string, string>, more = {}) =>
    w.api.store.create(
      { resource: 'jobs', namespace: 'agents' },
      {
        metadata: { name, labels: { [label.adapterType]: adapterType }, annotations },
        spec: { suspend: true, template: { spec: { containers: [{ name: 'claude' }] } } },
        ...more,
      },
    );

test('counts the living Jobs that nobody answers for, while a run is at work', async () => {
  const w = await World.start();
  world = w;
  const counts: number[] = [];
  const { cluster } = w.process();
  const { clock } = w;
  const input = { cluster, clock, idleClock: clock, held: new Set<string>() };
  const jobs = new UnownedJobs({ ...input, report: (seen) => counts.push(seen.length) });
  const leave = leaver(w);
  const holder = { [annotation.holder]: JSON.stringify({ host: 'h', bootId: 'b', pid: 1 }) };
  const renewed = { [annotation.renewedAt]: new Date(w.clock.now() + 3_600_000).toISOString() };
  leave('predecessor', {});
  leave('released', { ...holder, ...renewed, [annotation.releasedAt]: renewed[annotation.renewedAt] ?? '' });
  leave('old', { ...holder, [annotation.renewedAt]: new Date(0).toISOString() });
  leave('owned', { ...holder, ...renewed });
  leave('ended', {}, { status: { conditions: [{ type: 'Complete', status: 'True' }] } });
  const over = jobs.during('agents');
  const again = jobs.during('agents');
  await until('three', () => counts.at(-1) === 3);
  again();
  w.api.store.remove({ resource: 'jobs', namespace: 'agents', name: 'predecessor' });
  await until('two', () => counts.at(-1) === 2);
  over();
  await cluster.close();
  expect(w.clock.waiting).toBe(0);
});

test('looks now and then where no run is at work, and leaves what runs see to them', async () => {
  const w = await World.start();
  world = w;
  const { clock } = w;
  const { cluster } = w.process();
  let lists = 0;
  const counted = {
    ...cluster,
    listJobs(...ask: Parameters<typeof cluster.listJobs>) {
      lists++;
      return cluster.listJobs(...ask);
    },
  };
  const seen: string[][] = [];
  const jobs = new UnownedJobs({
    ...{ cluster: counted, clock, idleClock: clock, held: new Set<string>() },
    report: (left) => seen.push(left.map(({ name }) => name)),
  });
  leaver(w)('left', {});
  jobs.sweep('agents');
  jobs.sweep('agents');
  await until('the first look', () => seen.at(-1)?.length === 1);
  expect(lists).toBe(1);
  leaver(w)('later', {});
  await until('the next look', () => seen.at(-1)?.length === 2);
  expect(lists).toBeGreaterThan(1);
  const over = jobs.during('agents');
  await until('the watch', () => seen.at(-1)?.length === 2);
  w.api.store.remove({ resource: 'jobs', namespace: 'agents', name: 'left' });
  await until('what the watch saw', () => seen.at(-1)?.length === 1);
  over();
  jobs.stop();
  expect(seen.at(-1)).toEqual([]);
  await cluster.close();
  await until('nothing waits', () => clock.waiting === 0);
});

test('a Job that its holder had renewed when it was seen does not grow old while nobody looks', async () => {
  const w = await World.start();
  world = w;
  const { clock } = w;
  const { cluster } = w.process();
  const seen: string[][] = [];
  const waits: (() => void)[] = [];
  const waitFor = (_: number, fn: () => void) => {
    waits.push(fn);
    return () => {};
  };
  const idleClock = { now: () => clock.now(), at: waitFor };
  let time = clock.now();
  const jobs = new UnownedJobs({
    ...{ cluster, idleClock, held: new Set<string>() },
    clock: { ...clock, now: () => time, at: () => () => {} },
    report: (left) => seen.push(left.map(({ name }) => name)),
  });
  const held = { [annotation.holder]: JSON.stringify({ host: 'h', bootId: 'b', pid: 1 }) };
  leaver(w)('left', {});
  leaver(w)('renewed', { ...held, [annotation.renewedAt]: new Date(time).toISOString() });
  jobs.sweep('agents');
  await until('the look', () => seen.length === 1 && waits.length === 1);
  time += 240_000;
  const over = jobs.during('elsewhere');
  w.api.store.create(
    { resource: 'jobs', namespace: 'elsewhere' },
    {
      metadata: { name: 'there', labels: { [label.adapterType]: adapterType } },
      spec: { suspend: true, template: { spec: { containers: [{ name: 'claude' }] } } },
    },
  );
  await until('the Job elsewhere', () => seen.at(-1)?.includes('there') === true);
  expect(seen.at(-1)?.sort()).toEqual(['left', 'there']);
  over();
  jobs.stop();
  await cluster.close();
});
