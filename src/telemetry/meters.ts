import type { Meter } from '@opentelemetry/api';
import { type Instrument, instrument } from './instrument.ts';
import { LabelSets } from './label-sets.ts';
import { type LabelsOf, type MetricKey, metrics } from './metric-catalogue.ts';
import type { MetricEntry } from './metric-entry.ts';
import type { MetricRegistry } from './metric-registry.ts';
import { otelInstrument } from './otel-instrument.ts';

/** The instruments of the catalogue in one registry. No method throws: a sample that makes no sense is left out. */
export interface Meters {
  /** Adds to a counter, observes in a histogram, sets a gauge. `traceId` becomes the exemplar where the metric has one. */
  sample<M extends MetricKey>(metric: M, labels: LabelsOf<M>, value: number, traceId?: string): void;
  /** Makes the series of a label value that is learnt, at 0, before anything is counted on them. */
  learn(label: string, value: string): void;
  /** From now on everything is counted in this meter too. */
  mirror(meter: Meter): void;
}

/** One metric in each place where it is counted. */
interface Metered {
  entry: MetricEntry;
  sets: LabelSets;
  instruments: Instrument[];
}

/**
 * Every label set of the catalogue is born at 0: `increase()` cannot see the first event of a series born at 1.
 * `overflowed` hears of a metric when its first sample outside the closed sets comes.
 */
export function createMeters(registry: MetricRegistry, overflowed: (metric: string) => void = () => {}): Meters {
  const meters = new Map<string, Metered>();
  for (const [key, entry] of Object.entries<MetricEntry>(metrics)) meters.set(key, metered(entry, registry));
  const told = new Set<string>();

  function overflow({ entry: { name } }: Metered): void {
    meters.get('overflows' satisfies MetricKey)?.instruments.forEach((one) => {
      one.sample({ metric: name }, 1, undefined);
    });
    if (told.has(name)) return;
    told.add(name);
    overflowed(name);
  }

  return {
    sample(metric, labels, value, traceId) {
      const meter = meters.get(metric);
      if (meter === undefined || !Number.isFinite(value) || value < 0) return;
      const fitted = meter.sets.fit(labels);
      if (fitted !== labels) overflow(meter);
      for (const one of meter.instruments) one.sample(fitted, value, traceId);
    },
    learn(label, value) {
      for (const { sets } of meters.values()) sets.learn(label, value);
    },
    mirror(meter) {
      for (const { entry, sets, instruments } of meters.values()) {
        const mirrored = otelInstrument(entry, meter);
        for (const labels of sets.all()) mirrored.birth(labels);
        instruments.push(mirrored);
      }
    },
  };
}

function metered(entry: MetricEntry, registry: MetricRegistry): Metered {
  const instruments = [instrument(entry, registry)];
  const sets = new LabelSets(entry, (labels) => {
    for (const one of instruments) one.birth(labels);
  });
  return { entry, sets, instruments };
}
