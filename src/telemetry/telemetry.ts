import { type Context, type Tracer, trace } from '@opentelemetry/api';
import type { ApiListener } from '../kubernetes/exchange.ts';
import type { RecorderListener } from '../record/listener.ts';
import { meterApi } from './api-metrics.ts';
import { apiState } from './api-version.ts';
import { createHealth, type Health } from './health.ts';
import { hostLogger, hostMeter, scope } from './host-sdk.ts';
import { processLogEvents } from './log-catalogue.ts';
import { createMeters, type Meters } from './meters.ts';
import { type MetricRegistry, openMetricsRegistry } from './metric-registry.ts';
import { createRunMeter } from './metrics.ts';
import { apiProblems } from './problems.ts';
import { logProcess } from './process-logs.ts';
import { meterRecorder } from './recorder-metrics.ts';
import { logRun } from './run-logs.ts';
import { startRunTrace } from './spans.ts';
import { fanOut, type TransitionListener } from './tap.ts';
import { type JobsListener, unownedJobs } from './unowned-jobs.ts';

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
  readonly health: Health;
  run(input: RunTelemetryInput): RunTelemetry;
  /** Who hears of one cluster connection which Jobs nobody answers for. */
  unownedJobs(): JobsListener;
}

export interface TelemetryInput {
  /** Version of this package. */
  buildVersion: string;
  /** A registry of the caller's; never the global one of prom-client. */
  meterRegistry?: MetricRegistry;
}

/**
 * Never registers a provider, touches no global registry and opens nothing. The registry speaks OpenMetrics, the only
 * format that carries exemplars. Logs and a second copy of the metrics go to the SDK of the process, once it has one.
 */
export function createTelemetry({ buildVersion, meterRegistry }: TelemetryInput): Telemetry {
  const registry = meterRegistry ?? openMetricsRegistry();
  const logger = () => hostLogger(apiState(), buildVersion);
  const meters = createMeters(registry, (metric) =>
    logProcess(logger(), processLogEvents.overflow, { 'claude_k8s.metric': metric }),
  );
  const health = createHealth(meters, (entry, reason, detail) =>
    logProcess(logger(), entry, { 'claude_k8s.reason': reason, 'claude_k8s.detail': detail }),
  );
  const joinHost = hostJoiner({ meters, health, buildVersion });
  const runs = createRunMeter(meters);
  joinHost('host');
  meters.sample('buildInfo', { version: buildVersion, node: process.versions.node }, 1);
  return {
    registry,
    apiListener: meterApi(meters),
    recorderListener: meterRecorder(meters),
    health,
    unownedJobs: unownedJobs(meters, (entry, values) => logProcess(logger(), entry, values)),
    run({ runId, at, tracer, parent, model, listeners }) {
      joinHost(tracer === undefined ? 'own' : 'host');
      if (model !== undefined) meters.learn('model', model);
      const traced = startRunTrace({
        tracer: tracer ?? trace.getTracer(scope, buildVersion),
        parent,
        runId,
        at,
        dropped({ spans, events }) {
          meters.sample('droppedSpans', {}, spans, traced.traceId);
          meters.sample('droppedEvents', {}, events, traced.traceId);
        },
      });
      const { traceparent, traceId, context } = traced;
      const dropped = (records: number) => meters.sample('droppedRecords', {}, records, traceId);
      const emitter = logger();
      const log = emitter && { log: logRun({ logger: emitter, runId, context, dropped }) };
      const all = { metrics: runs.listen(traceId), ...log, spans: traced.listener, ...listeners };
      const threw = (listener: string) => meters.sample('listenerErrors', { listener }, 1, traceId);
      return { traceparent, traceId, listener: fanOut(all, threw) };
    },
  };
}

interface Joining {
  buildVersion: string;
  meters: Meters;
  health: Health;
}

/**
 * Looks at what the process has registered, and counts there too from the first time that there is a meter. Whose tracer
 * a run has decides whether another version of the API matters: one that the host hands in is of the host's own copy.
 */
function hostJoiner({ meters, health, buildVersion }: Joining): (tracer: 'host' | 'own') => void {
  let mirrored = false;
  return (tracer) => {
    const state = apiState();
    const found = apiProblems(state);
    health.report('api_version', tracer === 'own' ? found.api_version : undefined);
    health.report('no_propagator', found.no_propagator);
    const meter = mirrored ? undefined : hostMeter(state, buildVersion);
    if (meter === undefined) return;
    mirrored = true;
    meters.mirror(meter);
    meters.sample('buildInfo', { version: buildVersion, node: process.versions.node }, 1);
  };
}
