import { type Meter, type MetricOptions, ValueType } from '@opentelemetry/api';
import { type Instrument, isPlain } from './instrument.ts';
import type { MetricEntry } from './metric-entry.ts';

/**
 * The metric in the host's own meter, under the same name. A histogram has no series before its first value there; the
 * exemplar is the SDK's own affair.
 */
export function otelInstrument(entry: MetricEntry, meter: Meter): Instrument {
  const options = { description: entry.help, unit: unitOf(entry.unit), valueType: ValueType.DOUBLE };
  switch (entry.kind) {
    case 'gauge': {
      const gauge = meter.createGauge(entry.name, options);
      return {
        birth: (labels) => gauge.record(0, { ...labels }),
        sample: (labels, value) => gauge.record(value, { ...labels }),
      };
    }
    case 'counter': {
      if (isPlain(entry)) return plainCounter(entry, meter, options);
      const counter = meter.createCounter(entry.name, options);
      return {
        birth: (labels) => counter.add(0, { ...labels }),
        sample: (labels, value) => counter.add(value, { ...labels }),
      };
    }
    case 'histogram': {
      const advice = { explicitBucketBoundaries: [...(entry.buckets ?? [])] };
      const histogram = meter.createHistogram(entry.name, { ...options, advice });
      return { birth: () => {}, sample: (labels, value) => histogram.record(value, { ...labels }) };
    }
  }
}

/** Sums that are asked for when a meter is collected: of two callbacks for one name only one would be heard. */
const sums = new WeakMap<Meter, Map<string, { total: number }>>();

function plainCounter(entry: MetricEntry, meter: Meter, options: MetricOptions): Instrument {
  const ofMeter = sums.get(meter) ?? new Map<string, { total: number }>();
  sums.set(meter, ofMeter);
  const sum = ofMeter.get(entry.name) ?? { total: 0 };
  if (!ofMeter.has(entry.name)) {
    ofMeter.set(entry.name, sum);
    meter.createObservableCounter(entry.name, options).addCallback((result) => result.observe(sum.total));
  }
  return {
    birth: () => {},
    sample(_, value) {
      sum.total += value;
    },
  };
}

/** Units as UCUM has them; things that are counted stand in braces, which a translation to Prometheus leaves out. */
function unitOf(unit: string): string {
  if (unit === 'seconds') return 's';
  return unit === 'bytes' ? 'By' : `{${unit.replaceAll(' ', '_')}}`;
}
