import { readFile } from 'node:fs/promises';
import type { Cluster } from '../kubernetes/cluster.ts';
import { inheritFrom, selfPod } from '../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import { planDelivery } from '../manifest/delivery.ts';
import { hasNul } from '../manifest/escape.ts';
import { labelValue } from '../manifest/label-value.ts';
import { jobName, sha256 } from '../manifest/names.ts';
import type { Inherited, RunPlan } from '../manifest/plan.ts';
import type { ApiFault } from '../run/answer.ts';
import type { RunRequest } from '../run/request.ts';
import type { Holder } from '../run/snapshot.ts';
import { adapterVersion } from './version.ts';

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

export interface PrepareInput {
  run: RunInput;
  cluster: Cluster;
  holder: Holder;
  /** Namespace of the kubeconfig's context, or of our own pod. */
  defaultNamespace: string | undefined;
  env: NodeJS.ProcessEnv;
}

export type Prepared = { ok: true; plan: RunPlan; warnings: readonly string[] } | { ok: false; error: string };

/** Reads the instructions, inherits from our own pod where there is one, settles namespace, image and names. Creates nothing. */
export async function prepareRun({ run, cluster, holder, defaultNamespace, env }: PrepareInput): Promise<Prepared> {
  const { config } = run;
  const bad = badInput(run);
  if (bad !== undefined) return { ok: false, error: bad };
  const old = await tooOld(cluster);
  if (old !== undefined) return { ok: false, error: old };
  const inherited = await inherit(cluster, env);
  if ('error' in inherited) return { ok: false, error: inherited.error };
  const image = config.image ?? inherited.pod?.image;
  const attaching = run.start.as === 'attach';
  if (image === undefined && !attaching) {
    return {
      ok: false,
      error: 'image: not set, and there is no pod of our own to take it from; set it to an image with Claude Code',
    };
  }
  const warnings: string[] = [];
  const instructions = await readInstructions(config.instructionsFilePath, warnings);
  const delivery = planDelivery(run.prompt, instructions, run.secretEnv);
  if ('error' in delivery) return { ok: false, error: delivery.error };
  const namespace = config.namespace ?? defaultNamespace ?? 'default';
  const request = requestOf(run, namespace, holder, delivery.by === 'secret' || hasKeys(run.secretEnv));
  const { prompt, agentName, companyId, secretEnv } = run;
  return {
    ok: true,
    warnings,
    plan: {
      request,
      config,
      prompt,
      instructions,
      settings: undefined,
      image: image ?? '',
      delivery,
      agentName,
      companyId,
      inherited: inherited.pod,
      env: { ...run.env, ...exporterEnv(config, env) },
      secretEnv,
    },
  };
}

function requestOf(run: RunInput, namespace: string, holder: Holder, needsSecret: boolean): RunRequest {
  const { runId, agentId, taskId, sessionId, config, start, traceparent } = run;
  const { timeoutSec, graceSec, scheduleTimeoutSec, logGraceSec, exitAfterResultSec, stallTimeoutSec } = config;
  const { ttlSecondsAfterFinished, reattachOrphanedJobs, continueAfterAdoption, retainJobs, model } = config;
  return {
    runId,
    agentId,
    agentLabel: labelValue(agentId),
    taskId,
    sessionId,
    namespace,
    jobName: jobName(agentId, runId),
    promptHash: sha256(run.prompt),
    needsSecret,
    holder,
    start,
    limits: {
      timeoutSec,
      graceSec,
      scheduleTimeoutSec,
      logGraceSec,
      exitAfterResultSec,
      stallTimeoutSec,
      ttlSecondsAfterFinished,
    },
    reattachOrphanedJobs,
    continueAfterAdoption,
    retainJobs,
    model,
    traceparent,
    adapterVersion,
  };
}

function badInput({ runId, prompt, config, start }: RunInput): string | undefined {
  if (labelValue(runId) !== runId) {
    return `run id: ${JSON.stringify(runId).slice(0, 80)} is not a Kubernetes label value (letters, digits, - _ ., at most 63)`;
  }
  if (prompt.trim() === '' && start.as === 'new') return 'prompt: it is empty';
  if (hasNul(prompt)) return 'prompt: it holds a NUL character, which no file name, argument or environment can carry';
  const name = Object.entries(config.env).find(([, value]) => hasNul(value))?.[0];
  return name === undefined ? undefined : `env.${name}: its value holds a NUL character`;
}

/** Suspended creation, podFailurePolicy and the controller's uid label are all there since 1.27. */
async function tooOld(cluster: Cluster): Promise<string | undefined> {
  const answer = await cluster.version();
  if (!answer.ok) return unreachable(cluster.server, answer.fault);
  const { major, minor, gitVersion } = answer.value;
  if (major > 1 || (major === 1 && minor >= 27)) return undefined;
  return `Kubernetes ${gitVersion} at ${cluster.server} is too old: 1.27 or newer is needed`;
}

export function unreachable(server: string, fault: ApiFault): string {
  const next =
    fault.kind === 'unauthorized'
      ? 'the credentials of the kubeconfig are not accepted: renew them'
      : 'check the address, the network and the kubeconfig';
  return `the Kubernetes API at ${server} can not be used (${fault.call}: ${fault.message}); ${next}`;
}

async function inherit(
  cluster: Cluster,
  env: NodeJS.ProcessEnv,
): Promise<{ pod: Inherited | undefined } | { error: string }> {
  const self = selfPod(env);
  if (self === undefined) return { pod: undefined };
  const answer = await inheritFrom(cluster, self);
  if (answer.ok) return { pod: answer.value };
  const next = 'the service account has to be allowed to get pods and persistentvolumeclaims there';
  return { error: `our own pod ${self.namespace}/${self.name} can not be read (${answer.fault.message}); ${next}` };
}

async function readInstructions(path: string | undefined, warnings: string[]): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    warnings.push(`instructionsFilePath: ${path} can not be read (${why}); the run goes on without instructions`);
    return undefined;
  }
}

/** Only when asked for does the agent's pod learn where our traces go. */
function exporterEnv(config: AdapterConfig, env: NodeJS.ProcessEnv): Record<string, string> {
  if (!config.telemetry.claudeCode) return {};
  const entries = Object.entries(env).filter(([name, value]) => name.startsWith('OTEL_EXPORTER_') && value);
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? '']));
}

function hasKeys(values: Readonly<Record<string, string>>): boolean {
  return Object.keys(values).length > 0;
}
