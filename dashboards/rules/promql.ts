import { type MetricKey, metrics } from '../../src/telemetry/catalogue.ts';
import { type LabelOf, matcher, targetLabels, type Where } from '../boards/promql.ts';
import type { Move } from './model.ts';

/** What every rule is grouped by: a fleet of many processes is judged by cluster and namespace. */
export const place = [...targetLabels].sort();
export type Window = `${number}${'m' | 'h' | 'd'}`;

export interface Picked<M extends MetricKey> {
  by?: readonly LabelOf<M>[];
  where?: Where<M>;
}

export function selector<M extends MetricKey>(key: M, where: Where<M> = {}, suffix = ''): string {
  return `${metrics[key].name}${suffix}${braces(where)}`;
}

/** How much a counter went up, by place. Counters are born at 0, so that the first event counts. */
export function increase<M extends MetricKey>(key: M, window: Window, { by = [], where }: Picked<M> = {}): string {
  return `sum ${grouped(by)} (increase(${selector(key, where)}[${window}]))`;
}

/** The highest of a gauge, by place. */
export function highest<M extends MetricKey>(key: M, { by = [], where }: Picked<M> = {}): string {
  return `max ${grouped(by)} (${selector(key, where)})`;
}

export function total<M extends MetricKey>(key: M, { by = [], where }: Picked<M> = {}): string {
  return `sum ${grouped(by)} (${selector(key, where)})`;
}

export function grouped(by: readonly string[] = []): string {
  return `by (${[...place, ...by].join(', ')})`;
}

export function braces(where: object): string {
  const matchers = Object.entries(where).map(([label, value]) => matcher(label, value));
  return matchers.length === 0 ? '' : `{${matchers.join(', ')}}`;
}

/** The target that the unit tests scrape. */
export const testTarget = {
  cluster: 'main',
  namespace: 'agents',
  job: 'claude-k8s',
  instance: '10.0.0.1:9464',
} as const;

/** One series of a metric as it is scraped, for the unit tests. */
export function scraped<M extends MetricKey>(key: M, labels: Where<M> = {}, le?: string): string {
  const all = { ...testTarget, ...labels, ...(le === undefined ? {} : { le }) };
  return `${metrics[key].name}${le === undefined ? '' : '_bucket'}${braces(all)}`;
}

export function move<M extends MetricKey>(key: M, by: number, labels: Where<M> = {}): Move {
  return { series: scraped(key, labels), by };
}
