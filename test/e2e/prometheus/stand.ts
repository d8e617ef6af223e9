import { dirname, join, relative } from 'node:path';
import { bundlesIn } from '../../../src/replay/bundles-in.ts';
import { Adapter } from './adapter.ts';
import type { Row } from './incidents.ts';
import type { Task } from './process.ts';
import { scaledRules } from './scaled-rules.ts';
import { job, Prometheus, targetLabels } from './server.ts';
import { toolPath } from './tools.ts';
import { until } from './until.ts';
import { usualCosts } from './yesterday.ts';

const incidents = join(import.meta.dirname, '../../../fixtures/incidents');

/** One process of the adapter and the Prometheus that scrapes it. */
export interface Stand {
  adapter: Adapter;
  prometheus: Prometheus;
  startedAt: number;
  /** What replays printed, by trace. */
  traces: Map<string, { incident: string; spans: number; code: unknown }>;
}

/** Ready when Prometheus has seen every series at 0: a counter whose first sample is not 0 hides its first event. */
export async function open(): Promise<Stand> {
  toolPath('prometheus');
  const adapter = await Adapter.start();
  const yesterday = usualCosts({ ...targetLabels, job, instance: adapter.target }, Date.now() / 1000);
  const prometheus = await Prometheus.start(adapter.target, scaledRules(), yesterday);
  const stand = { adapter, prometheus, startedAt: Date.now() / 1000, traces: new Map() };
  await until('the adapter was scraped three times', 30, async () => {
    const [seen] = await prometheus.once('count_over_time(claude_k8s_runs_started_total[30s])', Date.now() / 1000);
    return Number(seen?.values[0]?.[1] ?? 0) >= 3 ? true : undefined;
  });
  return stand;
}

/** `undefined`: it never opened. */
export async function close(stand: Stand | undefined): Promise<void> {
  await stand?.adapter.stop();
  await stand?.prometheus.stop();
}

export async function happen(stand: Stand, row: Omit<Row, 'alerts'>): Promise<void> {
  const { plays, twist, until: held, brokenTracer, host } = row;
  for (const [incident, times] of Object.entries(plays)) {
    if (host !== undefined) await one(stand, incident, { twist, host: { name: host, times } });
    else for (let time = 0; time < times; time++) await one(stand, incident, { twist, until: held, brokenTracer });
  }
}

async function one({ adapter, traces }: Stand, incident: string, how: Omit<Task, 'bundle'>): Promise<void> {
  const bundle = join(incidents, incident, 'bundle.ndjson.zst');
  const { traceId, spans = 0, code } = await adapter.do({ bundle, ...how });
  if (traceId !== undefined) traces.set(traceId, { incident, spans, code });
}

/** Every recorded incident once, with some scrapes in between so that the graphs have a shape. */
export async function happenAll(stand: Stand): Promise<number> {
  const all = (await bundlesIn([incidents])).map((bundle) => relative(incidents, dirname(bundle)));
  const batch = 12;
  for (let from = 0; from < all.length; from += batch) {
    for (const incident of all.slice(from, from + batch)) await one(stand, incident, {});
    await scraped(stand.prometheus);
  }
  return all.length;
}

/** What was counted before is in Prometheus now. */
export async function scraped(prometheus: Prometheus): Promise<void> {
  const from = Date.now() / 1000;
  await until('the next scrape', 10, async () => {
    const [last] = await prometheus.once('timestamp(claude_k8s_runs_started_total)', Date.now() / 1000);
    return Number(last?.values[0]?.[1] ?? 0) > from ? true : undefined;
  });
}
