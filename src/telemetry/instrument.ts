import { Counter, Gauge, Histogram } from 'prom-client';
import type { Labels, MetricEntry } from './metric-entry.ts';
import type { MetricRegistry } from './metric-registry.ts';

/** One metric of the client library, whatever its kind. */
export interface Instrument {
  /** Makes the series, at 0. */
  birth(labels: Labels): void;
  sample(labels: Labels, value: number, traceId: string | undefined): void;
}

/** Registers the metric; with exemplars the client library takes its arguments in another shape. */
export function instrument(entry: MetricEntry, registry: MetricRegistry): Instrument {
  switch (entry.kind) {
    case 'gauge':
      return gauge(entry, registry);
    case 'counter':
      return isPlain(entry) ? plainCounter(entry, registry) : counter(entry, registry);
    case 'histogram':
      return histogram(entry, registry);
  }
}

function gauge(entry: MetricEntry, registry: MetricRegistry): Instrument {
  const metric = new Gauge(shape(entry, registry));
  return {
    birth: (labels) => metric.set({ ...labels }, 0),
    sample: (labels, value) => metric.set({ ...labels }, value),
  };
}

/** One number without labels or exemplars. Such metrics count what comes with every piece of output. */
export function isPlain({ kind, labels, exemplars }: MetricEntry): boolean {
  return kind === 'counter' && !exemplars && Object.keys(labels).length === 0;
}

/** The number is handed to the client library only when somebody asks for it: an addition each time costs it a microsecond. */
function plainCounter(entry: MetricEntry, registry: MetricRegistry): Instrument {
  let fresh = 0;
  new Counter({
    ...shape(entry, registry),
    collect() {
      this.inc(fresh);
      fresh = 0;
    },
  });
  return {
    birth: () => {},
    sample(_, value) {
      fresh += value;
    },
  };
}

function counter(entry: MetricEntry, registry: MetricRegistry): Instrument {
  const metric = new Counter({ ...shape(entry, registry), enableExemplars: entry.exemplars });
  const sample: Instrument['sample'] = entry.exemplars
    ? (labels, value, traceId) => metric.inc({ labels: { ...labels }, value, ...exemplar(traceId) })
    : (labels, value) => metric.inc({ ...labels }, value);
  return { birth: (labels) => sample(labels, 0, undefined), sample };
}

function histogram(entry: MetricEntry, registry: MetricRegistry): Instrument {
  const buckets = [...(entry.buckets ?? [])];
  const metric = new Histogram({ ...shape(entry, registry), buckets, enableExemplars: entry.exemplars });
  return {
    birth: (labels) => metric.zero({ ...labels }),
    sample: entry.exemplars
      ? (labels, value, traceId) => metric.observe({ labels: { ...labels }, value, ...exemplar(traceId) })
      : (labels, value) => metric.observe({ ...labels }, value),
  };
}

function shape({ name, help, labels }: MetricEntry, registry: MetricRegistry) {
  return { name, help, labelNames: Object.keys(labels), registers: [registry] };
}

function exemplar(traceId: string | undefined): { exemplarLabels?: { trace_id: string } } {
  return traceId === undefined ? {} : { exemplarLabels: { trace_id: traceId } };
}
