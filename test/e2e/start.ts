import { randomUUID } from 'node:crypto';
import { tracing } from '@opentelemetry/sdk-node';
import { parseConfig } from '../../src/config/parse.ts';
import { systemClock } from '../../src/engine/clock.ts';
import { createRuntime } from '../../src/engine/create-runtime.ts';
import { currentHolder } from '../../src/engine/holder.ts';
import type { RunHandle, Runtime } from '../../src/engine/runtime.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import { loadKubeConfig } from '../../src/kubernetes/kubeconfig.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { prepareRun, type RunInput } from '../../src/prepare/prepare.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { Transition } from '../../src/run/transition.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { surroundings } from './tools.ts';

export interface StartInput {
  namespace: string;
  /** The script of the fake `claude`, or the name of a script of the Messages API for the real one. */
  fake?: string;
  real?: string;
  prompt?: string;
  config?: Record<string, unknown>;
  run?: Partial<Pick<RunInput, 'runId' | 'agentId' | 'taskId' | 'sessionId' | 'start' | 'secretEnv'>>;
  /** Kubeconfig of another account or address. */
  kubeconfig?: string;
  /** The pod that the run takes for its own and inherits from. */
  self?: { namespace: string; name: string };
}

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
  /** The agent's lines only. */
  lines(): string[];
  spans(): tracing.ReadableSpan[];
  requests(): Record<string, number>;
  outcome(): Promise<Outcome>;
  close(): Promise<void>;
}

const small = {
  'resources.requests.cpu': '50m',
  'resources.requests.memory': '64Mi',
  'resources.limits.cpu': '2',
  'resources.limits.memory': '1Gi',
};

export async function start(
  input: StartInput,
  also: { transition?: (transition: Transition) => void } = {},
): Promise<Started> {
  const { kubeconfig, agentImage, fakeImage, messagesApi } = surroundings();
  const loaded = loadKubeConfig(input.kubeconfig ?? kubeconfig, process.env);
  if (!loaded.ok) throw new Error(loaded.error);
  const telemetry = createTelemetry({ buildVersion: 'e2e' });
  const requests: Record<string, number> = {};
  const cluster = createCluster({
    config: loaded.config,
    clock: systemClock,
    listener: {
      exchange(exchange) {
        telemetry.apiListener.exchange(exchange);
        const key = `${exchange.verb} ${exchange.resource}`;
        requests[key] = (requests[key] ?? 0) + 1;
      },
      watchRestarted: telemetry.apiListener.watchRestarted,
    },
  });
  const { env = {}, ...more } = { env: {}, ...input.config };
  const parsed = parseConfig(
    {
      ...small,
      namespace: input.namespace,
      image: input.real === undefined ? fakeImage : agentImage,
      ...more,
      env: {
        ...(input.real === undefined ? { FAKE_CLAUDE: input.fake ?? '' } : realEnv(messagesApi, input.real)),
        ...Object(env),
      },
    },
    { unknown: 'error' },
  );
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  const runId = input.run?.runId ?? randomUUID();
  const holder = currentHolder(undefined);
  const prepared = await prepareRun({
    run: {
      runId,
      agentId: `agent-${runId.slice(0, 8)}`,
      agentName: undefined,
      companyId: undefined,
      taskId: undefined,
      sessionId: undefined,
      prompt: input.prompt ?? 'do the scripted work',
      config: parsed.config,
      env: {},
      secretEnv: {},
      traceparent: undefined,
      start: { as: 'new' },
      ...input.run,
    },
    cluster,
    holder,
    defaultNamespace: 'default',
    env: selfEnv(input.self),
  });
  if (!prepared.ok) {
    await cluster.close();
    throw new Error(prepared.error);
  }
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  const tracer = provider.getTracer('e2e');
  const traced = telemetry.run({ runId, at: systemClock.now(), tracer });
  const runtime = createRuntime({ cluster, clock: systemClock, holder });
  const transitions: Transition[] = [];
  let text = '';
  const handle = runtime.start(prepared.plan, {
    log(piece) {
      text += piece;
    },
    transition(transition) {
      transitions.push(transition);
      traced.listener(transition);
      also.transition?.(transition);
    },
  });
  return {
    plan: prepared.plan,
    jobName: prepared.plan.request.jobName,
    handle,
    runtime,
    transitions,
    telemetry,
    text: () => text,
    lines: () => text.split('\n').filter((line) => line !== '' && !line.startsWith('[paperclip] ')),
    spans: () => exporter.getFinishedSpans(),
    requests: () => requests,
    outcome: () => handle.outcome,
    close: () => cluster.close(),
  };
}

function selfEnv(self: StartInput['self']): NodeJS.ProcessEnv {
  return self === undefined ? {} : { CLAUDE_K8S_POD_NAMESPACE: self.namespace, CLAUDE_K8S_POD_NAME: self.name };
}

function realEnv(api: string, script: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: `${api}/${script}`,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
    IS_SANDBOX: '1',
  };
}
