import type { MetricEntry } from './metric-entry.ts';
import { processMetrics } from './metrics-of-process.ts';
import { runMetrics } from './metrics-of-runs.ts';
import { streamMetrics } from './metrics-of-streams.ts';

const measured = { ...runMetrics, ...streamMetrics, ...processMetrics };
const labelled = Object.values<MetricEntry>(measured)
  .filter(({ labels }) => Object.keys(labels).length > 0)
  .map(({ name }) => name);

/** Every metric, once. Dashboards, rules and documentation are checked against this list. */
export const metrics = {
  ...measured,
  overflows: {
    name: 'claude_k8s_telemetry_label_overflows_total',
    kind: 'counter',
    unit: 'samples',
    help: 'Samples with a label value outside its closed set, counted as _OTHER in the metric named here.',
    labels: { metric: labelled },
    exemplars: false,
  },
} as const satisfies Record<string, MetricEntry>;

export type MetricKey = keyof typeof metrics;
/** The labels of a metric, all of them; the values are checked when a sample comes. */
export type LabelsOf<M extends MetricKey> = Readonly<Record<keyof (typeof metrics)[M]['labels'] & string, string>>;

/** All series of one process together stay below this, whatever happens. */
export const seriesLimit = 2_000;
