import { randomUUID } from 'node:crypto';
import { parseConfig } from '../../src/config/parse.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { prepareRun, type RunInput } from '../../src/prepare/prepare.ts';
import type { Holder } from '../../src/run/snapshot.ts';
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

const small = {
  'resources.requests.cpu': '50m',
  'resources.requests.memory': '64Mi',
  'resources.limits.cpu': '2',
  'resources.limits.memory': '1Gi',
};

/** What the product makes of the input; nothing that it refuses is started. */
export async function planOf(input: StartInput, cluster: Cluster, holder: Holder): Promise<RunPlan> {
  const runId = input.run?.runId ?? randomUUID();
  const prepared = await prepareRun({
    run: {
      runId,
      agentId: `agent-${runId.slice(0, 8)}`,
      agentName: undefined,
      companyId: undefined,
      taskId: undefined,
      sessionId: undefined,
      prompt: input.prompt ?? 'do the scripted work',
      config: configOf(input),
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
  if (prepared.ok) return prepared.plan;
  await cluster.close();
  throw new Error(prepared.error);
}

function configOf(input: StartInput): RunInput['config'] {
  const { agentImage, fakeImage, messagesApi } = surroundings();
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
  return parsed.config;
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
