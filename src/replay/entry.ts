import { TraceFlags } from '@opentelemetry/api';
import { parseConfig } from '../config/parse.ts';
import { createRuntime } from '../engine/create-runtime.ts';
import { createCluster } from '../kubernetes/client.ts';
import { kubeconfigFor } from '../loopback/kubeconfig.ts';
import type { RunPlan } from '../manifest/plan.ts';
import { diagnosisOf } from '../prepare/diagnosis.ts';
import { adapterVersion } from '../prepare/version.ts';
import type { RunRequest } from '../run/request.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { parseTraceparent } from '../telemetry/trace-context.ts';
import { contract, type Recorded, type Replayable } from './contract.ts';

/** This build, each run of which is measured by what it is given: one for each, or one for all as in a process of the host. */
export function replayableIn(telemetryOf: () => Telemetry): Replayable {
  return {
    contract,
    build: adapterVersion,
    begin({ clock, dispatcher, server, isAlive, tracer }, { request, labels }, sinks) {
      const telemetry = telemetryOf();
      const cluster = createCluster({
        config: kubeconfigFor(server, request.namespace),
        clock,
        dispatcher,
        listener: telemetry.apiListener,
        random: () => 0.5,
      });
      const runtime = createRuntime({
        cluster,
        clock,
        holder: request.holder,
        unowned: telemetry.unownedJobs(),
        ...(isAlive && { isAlive }),
      });
      const { runId, model } = request;
      const parent = sampledParent(request.traceparent);
      const { listener, traceId } = telemetry.run({ runId, at: clock.now(), parent, model, tracer });
      const handle = runtime.start(planOf(request, labels), {
        log: (text) => sinks.log(text),
        transition(transition) {
          listener(transition);
          sinks.transition(transition);
        },
      });
      return {
        outcome: handle.outcome.then(diagnosisOf),
        traceId,
        cancel: (reason) => handle.cancel(reason),
        release: (reason) => handle.release(reason),
        cursor: () => handle.cursor(),
        metrics: () => telemetry.registry.metrics(),
        close: () => cluster.close(),
      };
    },
  };
}

export const replayable: Replayable = replayableIn(() => createTelemetry({ buildVersion: adapterVersion }));

/** A replay joins the trace of what it replays. Where that was not sampled nobody has it, and the replay would not be either. */
function sampledParent(traceparent: string | undefined): string | undefined {
  const context = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  return context?.traceFlags === TraceFlags.SAMPLED ? traceparent : undefined;
}

/** The prompt and what else went into the Job was not recorded, and the recorded cluster does not look at it. */
function planOf(request: RunRequest, labels: Recorded['labels'] = {}): RunPlan {
  const image = 'recorded';
  const parsed = parseConfig({ image, namespace: request.namespace, labels }, { unknown: 'error' });
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  return {
    request: { ...request, adapterVersion },
    config: parsed.config,
    prompt: 'recorded',
    instructions: undefined,
    settings: undefined,
    addDirs: [],
    image,
    delivery: { by: request.needsSecret ? 'secret' : 'env', bytes: 0 },
    agentName: undefined,
    companyId: undefined,
    inherited: undefined,
    env: {},
    secretEnv: {},
  };
}
