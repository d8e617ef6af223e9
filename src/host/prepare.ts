import type { Cluster } from '../kubernetes/cluster.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { RunRequest } from '../run/request.ts';
import type { Holder } from '../run/snapshot.ts';

/** What both front doors (execute and `claude-k8s run`) know of a run before the cluster is asked. */
export interface RunInput {
  runId: string;
  agentId: string;
  agentName: string | undefined;
  companyId: string | undefined;
  taskId: string | undefined;
  sessionId: string | undefined;
  prompt: string;
  config: AdapterConfig;
  /** PAPERCLIP_* of this run, not secret. */
  env: Readonly<Record<string, string>>;
  secretEnv: Readonly<Record<string, string>>;
  traceparent: string | undefined;
  start: RunRequest['start'];
}

export type Prepared = { ok: true; plan: RunPlan; warnings: readonly string[] } | { ok: false; error: string };

/** Reads the instructions file, inherits from our own pod where there is one, and settles namespace, image and names. Creates nothing. */
export async function prepareRun(_input: RunInput, _cluster: Cluster, _holder: Holder): Promise<Prepared> {
  throw new Error('contract only');
}
