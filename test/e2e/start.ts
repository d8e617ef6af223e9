import { tracing } from '@opentelemetry/sdk-node';
import { systemClock } from '../../src/engine/clock.ts';
import { createRuntime } from '../../src/engine/create-runtime.ts';
import { currentHolder } from '../../src/engine/holder.ts';
import type { RunHandle, Runtime } from '../../src/engine/runtime.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import { loadKubeConfig } from '../../src/kubernetes/kubeconfig.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import type { OutputPolicy } from '../../src/record/redact.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { Transition } from '../../src/run/transition.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { type OpenThings, watchOpenThings } from './open-things.ts';
import { planOf, type StartInput } from './plan.ts';
import { recordingOfTest } from './recording.ts';
import { surroundings } from './tools.ts';
import { createWireLog, type WireCall } from './wire-log.ts';

/** One run through the real shell against the cluster, with everything it says kept. */
export interface Started {
  readonly plan: RunPlan;
  readonly jobName: string;
  readonly handle: RunHandle;
  readonly runtime: Runtime;
  readonly transitions: Transition[];
  readonly telemetry: Telemetry;
  /** Everything that was written to the host's log. */
  text(): string;
  /** The agent's lines only, without the empty ones. */
  lines(): string[];
  /** The agent's lines exactly as they were delivered. */
  delivered(): string[];
  spans(): tracing.ReadableSpan[];
  spansBegun(): number;
  readonly wire: readonly WireCall[];
  readonly watchRestarts: readonly { kind: string; why: string }[];
  /** How many sockets and timers it has had or has, as they were when it was closed first. */
  atClose(): Record<'opened' | 'sockets' | 'timers', number>;
  requests(): Record<string, number>;
  outcome(): Promise<Outcome>;
  close(): Promise<void>;
}

interface Also {
  transition?(transition: Transition): void;
  /** What a recording does with the agent's words; filler unless given. */
  output?: OutputPolicy;
}

export async function start(input: StartInput, also: Also = {}): Promise<Started> {
  const open = watchOpenThings(systemClock);
  return open.inside(() => startWatched(input, open, also));
}

async function startWatched(input: StartInput, open: OpenThings, also: Also): Promise<Started> {
  const loaded = loadKubeConfig(input.kubeconfig ?? surroundings().kubeconfig, process.env);
  if (!loaded.ok) throw new Error(loaded.error);
  const telemetry = createTelemetry({ buildVersion: 'e2e' });
  const watchRestarts: { kind: string; why: string }[] = [];
  const { tap, calls } = createWireLog();
  const recording = recordingOfTest(tap, also.output);
  const cluster = createCluster({
    config: loaded.config,
    clock: open.clock,
    tap: recording.tap,
    listener: {
      exchange: telemetry.apiListener.exchange,
      watchRestarted(kind, why) {
        telemetry.apiListener.watchRestarted(kind, why);
        watchRestarts.push({ kind, why });
      },
    },
  });
  const holder = currentHolder(undefined);
  const plan = await planOf(input, cluster, holder);
  const { provider, begun, ended } = createTracing();
  const { runId } = plan.request;
  const traced = telemetry.run({ runId, at: systemClock.now(), tracer: provider.getTracer('e2e') });
  const runtime = createRuntime({ cluster, clock: open.clock, holder });
  const transitions: Transition[] = [];
  let text = '';
  let atClose: ReturnType<Started['atClose']> | undefined;
  const sinks = recording.begin(plan, {
    log(piece) {
      text += piece;
    },
    transition(transition) {
      transitions.push(transition);
      traced.listener(transition);
      also.transition?.(transition);
    },
  });
  const handle = runtime.start(plan, sinks);
  void handle.outcome.then(recording.end);
  const delivered = () => {
    const lines = text.split('\n').filter((line) => !line.startsWith('[paperclip] '));
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  };
  return {
    plan,
    jobName: plan.request.jobName,
    handle: {
      outcome: handle.outcome,
      cancel: (reason) => open.inside(() => handle.cancel(reason)),
      release: (reason) => open.inside(() => handle.release(reason)),
      cursor: () => handle.cursor(),
    },
    runtime,
    transitions,
    telemetry,
    text: () => text,
    lines: () => delivered().filter((line) => line !== ''),
    delivered,
    spans: ended,
    spansBegun: begun,
    wire: calls,
    watchRestarts,
    atClose: () => atClose ?? open.count(),
    requests: () => countOf(calls),
    outcome: () => handle.outcome,
    async close() {
      await cluster.close();
      atClose ??= open.count();
      await recording.written();
    },
  };
}

/** A tracer of the run's own, that knows what was begun as well as what has ended. */
function createTracing() {
  const exporter = new tracing.InMemorySpanExporter();
  let begun = 0;
  const count: tracing.SpanProcessor = {
    onStart() {
      begun++;
    },
    onEnd() {},
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  };
  const spanProcessors = [count, new tracing.SimpleSpanProcessor(exporter)];
  const provider = new tracing.BasicTracerProvider({ spanProcessors });
  return { provider, begun: () => begun, ended: () => exporter.getFinishedSpans() };
}

function countOf(calls: readonly WireCall[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verb, resource } of calls) counts[`${verb} ${resource}`] = (counts[`${verb} ${resource}`] ?? 0) + 1;
  return counts;
}
