import { type Context, type Tracer, trace } from '@opentelemetry/api';
import type { ApiListener } from '../kubernetes/exchange.ts';
import type { RecorderListener } from '../record/listener.ts';
import { meterApi } from './api-metrics.ts';
import { createMeters } from './meters.ts';
import { type MetricRegistry, openMetricsRegistry } from './metric-registry.ts';
import { createRunMeter } from './metrics.ts';
import { meterRecorder } from './recorder-metrics.ts';
import { startRunTrace } from './spans.ts';
import { fanOut, type TransitionListener } from './tap.ts';

export interface RunTelemetryInput {
  runId: string;
  /** ms since the epoch. */
  at: number;
  /** The host's tracer (`startupTraceContext.tracer`); without it the one that this process has registered, if any. */
  tracer?: Tracer | undefined;
  /** A context, or a W3C traceparent. */
  parent?: Context | string | undefined;
  /** The model asked for: its series are made before they count, so that the first run's tokens are seen. */
  model?: string | undefined;
  /** Others who listen, by name; what they throw is counted and reaches nobody. */
  listeners?: Readonly<Record<string, TransitionListener>>;
}

export interface RunTelemetry {
  /** For the Job's annotation and the pod. Undefined when nobody traces. */
  traceparent: string | undefined;
  /** Undefined unless the trace is sampled. */
  traceId: string | undefined;
  listener: TransitionListener;
}

/** Everything that is measured in one process. */
export interface Telemetry {
  readonly registry: MetricRegistry;
  readonly apiListener: ApiListener;
  readonly recorderListener: RecorderListener;
  run(input: RunTelemetryInput): RunTelemetry;
  setUnownedJobs(count: number): void;
}

export interface TelemetryInput {
  /** Version of this package. */
  buildVersion: string;
  /** A registry of the caller's; never the global one of prom-client. */
  meterRegistry?: MetricRegistry;
}

/**
 * Never registers a provider, touches no global registry and opens nothing. The registry speaks OpenMetrics, the only
 * format that carries exemplars.
 */
export function createTelemetry({ buildVersion, meterRegistry }: TelemetryInput): Telemetry {
  const registry = meterRegistry ?? openMetricsRegistry();
  const meters = createMeters(registry);
  const runs = createRunMeter(meters);
  meters.sample('buildInfo', { version: buildVersion, node: process.versions.node }, 1);
  return {
    registry,
    apiListener: meterApi(meters),
    recorderListener: meterRecorder(meters),
    setUnownedJobs: (count) => meters.sample('unowned', {}, count),
    run({ runId, at, tracer, parent, model, listeners }) {
      if (model !== undefined) meters.learn('model', model);
      const traced = startRunTrace({
        tracer: tracer ?? trace.getTracer('paperclip-adapter-claude-k8s', buildVersion),
        parent,
        runId,
        at,
        dropped({ spans, events }) {
          meters.sample('droppedSpans', {}, spans, traced.traceId);
          meters.sample('droppedEvents', {}, events, traced.traceId);
        },
      });
      const all = { metrics: runs.listen(traced.traceId), spans: traced.listener, ...listeners };
      const threw = (listener: string) => meters.sample('listenerErrors', { listener }, 1, traced.traceId);
      return { traceparent: traced.traceparent, traceId: traced.traceId, listener: fanOut(all, threw) };
    },
  };
}
