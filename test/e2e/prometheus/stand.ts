import { dirname, join, relative } from 'node:path';
import { bundlesIn } from '../../../src/replay/bundles-in.ts';
import { Adapter } from './adapter.ts';
import type { Row } from './incidents.ts';
import { scaledRules } from './scaled-rules.ts';
import { Prometheus } from './server.ts';
import { toolPath } from './tools.ts';
import { until } from './until.ts';

const incidents = join(import.meta.dirname, '../../../fixtures/incidents');

/** One process of the adapter and the Prometheus that scrapes it. */
export interface Stand {
  adapter: Adapter;
  prometheus: Prometheus;
  startedAt: number;
  /** What replays printed: the incident by its trace. */
  traces: Map<string, { incident: string; spans: number; code: unknown }>;
}

/** Ready when Prometheus has seen every series at 0: a counter whose first sample is not 0 hides its first event. */
export async function open(): Promise<Stand> {
  toolPath('prometheus');
  const adapter = await Adapter.start();
  const prometheus = await Prometheus.start(adapter.target, scaledRules());
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

export async function happen(stand: Stand, { plays = {}, tells = [], storm }: Omit<Row, 'alerts'>): Promise<void> {
  for (const tale of tells) {
    const { traceId } = await stand.adapter.do({ do: 'tell', tale });
    if (traceId !== undefined) stand.traces.set(traceId, { incident: tale, spans: 0, code: undefined });
  }
  for (const [incident, times] of Object.entries(plays)) {
    for (let time = 0; time < times; time++) await replay(stand, incident, storm);
  }
}

async function replay({ adapter, traces }: Stand, incident: string, storm: Row['storm']): Promise<void> {
  const bundle = join(incidents, incident, 'bundle.ndjson.zst');
  const { traceId, spans = 0, code } = await adapter.do({ do: 'play', bundle, ...(storm && { storm }) });
  if (traceId !== undefined) traces.set(traceId, { incident, spans, code });
}

/** Every recorded incident once, with some scrapes in between so that the graphs have a shape. */
export async function happenAll(stand: Stand): Promise<number> {
  const all = (await bundlesIn([incidents])).map((bundle) => relative(incidents, dirname(bundle)));
  const batch = 12;
  for (let from = 0; from < all.length; from += batch) {
    for (const incident of all.slice(from, from + batch)) await replay(stand, incident, undefined);
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
