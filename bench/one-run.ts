import { randomUUID } from 'node:crypto';
import { parseConfig } from '../src/config/parse.ts';
import { createRuntime } from '../src/engine/create-runtime.ts';
import { currentHolder } from '../src/engine/holder.ts';
import type { RunHandle, RunSinks } from '../src/engine/runtime.ts';
import { createCluster } from '../src/kubernetes/client.ts';
import type { Cluster } from '../src/kubernetes/cluster.ts';
import type { RunPlan } from '../src/manifest/plan.ts';
import { prepareRun } from '../src/prepare/prepare.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Transition } from '../src/run/transition.ts';
import type { Part, Place } from './place.ts';

/** A process before a cluster, which counts what it asks. */
export interface Process {
  cluster: Cluster;
  /** `verb resource` of each request so far. */
  requests: string[];
  /** The most log streams that were open at one time. */
  mostStreams(): number;
}

export function openProcess({ config, clock }: Place): Process {
  const requests: string[] = [];
  const cluster = createCluster({
    config,
    clock,
    listener: {
      exchange: ({ verb, resource }) => void requests.push(`${verb} ${resource}`),
      watchRestarted: () => {},
    },
  });
  let open = 0;
  let most = 0;
  return {
    requests,
    mostStreams: () => most,
    cluster: {
      ...cluster,
      openLog(ask, feed) {
        most = Math.max(most, ++open);
        return cluster.openLog(ask, {
          ...feed,
          ended(...how) {
            open--;
            feed.ended(...how);
          },
        });
      },
    },
  };
}

export interface Listener {
  log?(text: string): void | Promise<void>;
  /** Who wants to be there from the beginning, with the plan. */
  prepared?(plan: RunPlan): Pick<RunSinks, 'asking'>;
  transition?(transition: Transition): void;
}

/** One run through the real shell. */
export async function startRun(
  place: Place,
  { cluster }: Pick<Process, 'cluster'>,
  part: Pick<Part, 'script'>,
  listener: Listener = {},
): Promise<RunHandle> {
  const { namespace, image, clock } = place;
  const parsed = parseConfig(
    {
      namespace,
      image,
      'resources.requests.cpu': '50m',
      'resources.requests.memory': '64Mi',
      env: { FAKE_CLAUDE: part.script },
    },
    { unknown: 'error' },
  );
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  const holder = currentHolder(undefined);
  const runId = randomUUID();
  const run = {
    runId,
    agentId: `bench-${runId.slice(0, 8)}`,
    agentName: undefined,
    companyId: undefined,
    taskId: undefined,
    sessionId: undefined,
    prompt: 'do the scripted work',
    config: parsed.config,
    env: {},
    secretEnv: {},
    traceparent: undefined,
    start: { as: 'new' },
  } as const;
  const prepared = await prepareRun({ run, cluster, holder, defaultNamespace: namespace, env: {} });
  if (!prepared.ok) throw new Error(prepared.error);
  return createRuntime({ cluster, clock, holder }).start(prepared.plan, {
    ...listener.prepared?.(prepared.plan),
    log: (text) => listener.log?.(text),
    transition: (transition) => listener.transition?.(transition),
  });
}

/** A run that failed measures nothing. */
export async function succeeded({ outcome }: RunHandle): Promise<Outcome> {
  const ended = await outcome;
  if (ended.verdict.code !== null) throw new Error(`a run of the benchmark failed: ${ended.verdict.message}`);
  return ended;
}
