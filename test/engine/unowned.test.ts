import { afterEach, expect, test } from 'vitest';
import { UnownedJobs } from '../../src/engine/unowned.ts';
import { adapterType, annotation, label } from '../../src/manifest/labels.ts';
import { until, World } from './world.ts';

let world: World | undefined;
afterEach(() => world?.close());

test('counts the living Jobs that nobody answers for, while a run is at work', async () => {
  const w = await World.start();
  world = w;
  const counts: number[] = [];
  const { cluster } = w.process();
  const held = new Set<string>();
  const jobs = new UnownedJobs({ cluster, clock: w.clock, held, report: (count) => counts.push(count) });
  const leave = (name: string, annotations: Record<string, string>, more = {}) =>
    w.api.store.create(
      { resource: 'jobs', namespace: 'agents' },
      {
        metadata: { name, labels: { [label.adapterType]: adapterType }, annotations },
        spec: { suspend: true, template: { spec: { containers: [{ name: 'claude' }] } } },
        ...more,
      },
    );
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
