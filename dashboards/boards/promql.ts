import { type MetricKey, metrics } from '../../src/telemetry/catalogue.ts';

/** Labels of a metric with the values that a selector may name; a value that is not in the closed set does not compile. */
type Labels<M extends MetricKey> = (typeof metrics)[M]['labels'];
type Value<V> = V extends readonly (infer T)[] ? T & string : string;
export type Where<M extends MetricKey> = {
  [L in keyof Labels<M>]?: Value<Labels<M>[L]> | readonly Value<Labels<M>[L]>[];
};
export type LabelOf<M extends MetricKey> = keyof Labels<M> & string;

export interface Pick<M extends MetricKey> {
  by?: readonly LabelOf<M>[];
  where?: Where<M>;
}

/** The labels of the target: who scrapes sets them, see `dashboards/prometheus/scrape.yaml`. */
export const targetLabels = ['namespace', 'cluster'] as const;
const scope = targetLabels.map((name) => `${name}=~"$${name}"`);

const rateWindow = '$__rate_interval';
const wholeRange = '$__range';

/** All series of a metric that the board looks at. */
export function series<M extends MetricKey>(key: M, where: Where<M> = {}, suffix = ''): string {
  const matchers = Object.entries<unknown>(where).map(([label, value]) => matcher(label, value));
  return `${metrics[key].name}${suffix}{${[...scope, ...matchers].join(',')}}`;
}

/** What a gauge says now. */
export function now<M extends MetricKey>(key: M, { by, where }: Pick<M> = {}, how: 'sum' | 'max' = 'sum'): string {
  return `${how}${grouped(by)}(${series(key, where)})`;
}

/** In a second. */
export function rate<M extends MetricKey>(key: M, { by, where }: Pick<M> = {}): string {
  return `sum${grouped(by)}(rate(${series(key, where)}[${rateWindow}]))`;
}

/** In an hour: what happens a few times a day has no rate per second that anyone can read. */
export function perHour<M extends MetricKey>(key: M, pick: Pick<M> = {}): string {
  return `3600 * ${rate(key, pick)}`;
}

/** In the whole time that is shown; counters are born at 0, so that one that never moved says 0. */
export function total<M extends MetricKey>(key: M, { by, where }: Pick<M> = {}): string {
  return `sum${grouped(by)}(increase(${series(key, where)}[${wholeRange}]))`;
}

/** Of a histogram. */
export function quantile<M extends MetricKey>(q: number, key: M, { by = [], where }: Pick<M> = {}): string {
  const buckets = `rate(${series(key, where, '_bucket')}[${rateWindow}])`;
  return `histogram_quantile(${q}, sum${grouped(['le', ...by])}(${buckets}))`;
}

/** One of two sums, 0 where there is nothing to divide by. */
export function share(part: string, whole: string): string {
  return `${part} / (${whole} > 0) or ${whole} * 0`;
}

/** Those with the highest values, at 0 too: a table of errors is there before the first error. */
export function top(count: number, expression: string): string {
  return `topk(${count}, ${expression})`;
}

/** Whether a sample that the expression reads can lead to a trace. */
export function hasExemplars(expression: string): boolean {
  const names = new Set(expression.match(/\bclaude_k8s_\w+/g)?.map((name) => name.replace(/_(bucket|count|sum)$/, '')));
  return Object.values(metrics).some(({ name, exemplars }) => exemplars && names.has(name));
}

function grouped(by: readonly string[] | undefined): string {
  return by === undefined || by.length === 0 ? '' : ` by (${by.join(', ')}) `;
}

export function matcher(label: string, value: unknown): string {
  return Array.isArray(value) ? `${label}=~"${value.join('|')}"` : `${label}="${String(value)}"`;
}
