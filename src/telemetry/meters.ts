import { type Instrument, instrument } from './instrument.ts';
import { LabelSets } from './label-sets.ts';
import { type LabelsOf, type MetricKey, metrics } from './metric-catalogue.ts';
import type { MetricEntry } from './metric-entry.ts';
import type { MetricRegistry } from './metric-registry.ts';

/** The instruments of the catalogue in one registry. No method throws: a sample that makes no sense is left out. */
export interface Meters {
  /** Adds to a counter, observes in a histogram, sets a gauge. `traceId` becomes the exemplar where the metric has one. */
  sample<M extends MetricKey>(metric: M, labels: LabelsOf<M>, value: number, traceId?: string): void;
  /** Makes the series of a label value that is learnt, at 0, before anything is counted on them. */
  learn(label: string, value: string): void;
}

/** Every label set of the catalogue is born at 0: `increase()` cannot see the first event of a series born at 1. */
export function createMeters(registry: MetricRegistry): Meters {
  const meters = new Map<string, { sets: LabelSets; instrument: Instrument; entry: MetricEntry }>();
  for (const [key, entry] of Object.entries<MetricEntry>(metrics)) {
    const made = instrument(entry, registry);
    meters.set(key, { entry, instrument: made, sets: new LabelSets(entry, made.birth) });
  }
  const overflow = meters.get('overflows' satisfies MetricKey);
  return {
    sample(metric, labels, value, traceId) {
      const meter = meters.get(metric);
      if (meter === undefined || !Number.isFinite(value) || value < 0) return;
      const fitted = meter.sets.fit(labels);
      if (fitted !== labels) overflow?.instrument.sample({ metric: meter.entry.name }, 1, undefined);
      meter.instrument.sample(fitted, value, traceId);
    },
    learn(label, value) {
      for (const { sets } of meters.values()) sets.learn(label, value);
    },
  };
}
