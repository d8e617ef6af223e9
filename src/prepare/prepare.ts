import { readFile } from 'node:fs/promises';
import type { Cluster } from '../kubernetes/cluster.ts';
import { inheritFrom, selfPod } from '../kubernetes/self-pod.ts';
import type { AdapterConfig } from '../manifest/config.ts';
import { planDelivery } from '../manifest/delivery.ts';
import { labelValue } from '../manifest/label-value.ts';
import { jobName, sha256 } from '../manifest/names.ts';
import { place } from '../manifest/place.ts';
import type { Inherited, RunPlan } from '../manifest/plan.ts';
import type { ApiFault } from '../run/answer.ts';
import type { RunRequest } from '../run/request.ts';
import type { Holder } from '../run/snapshot.ts';
import { badInput, settingsWarnings } from './bad-input.ts';
import { instructionsFolder, stageBundle, type Tree } from './bundle.ts';
import { exporterEnv } from './exporter-env.ts';
import { namespaceOf } from './namespace.ts';
import { truncationSettings } from './rtk.ts';
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
  /** The run begins again, with a Job of another name. */
  again?: boolean;
  /** Folders of this machine that the agent is to have: its skills and what lies beside its instructions. */
  trees?: readonly Tree[];
}

export interface PrepareInput {
  run: RunInput;
  cluster: Cluster;
  holder: Holder;
  /** Namespace of the kubeconfig's context, or of our own pod. */
  defaultNamespace: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Where the shared volume is mounted here; in the agent's pod it is at /paperclip too. */
  sharedRoot?: string;
}

/** `fault` is what the API said, where it said anything. */
export type Prepared = { ok: true; plan: RunPlan; warnings: readonly string[] } | ({ ok: false } & Obstacle);

interface Obstacle {
  error: string;
  blame: 'input' | 'cluster';
  fault: ApiFault | undefined;
}

/** Reads the instructions, inherits from our own pod where there is one, settles namespace, image and names. Creates nothing. */
export async function prepareRun({
  run,
  cluster,
  holder,
  defaultNamespace,
  env,
  sharedRoot = place.home,
}: PrepareInput): Promise<Prepared> {
  const { config } = run;
  const bad = badInput(run);
  if (bad !== undefined) return { ok: false, error: bad, blame: 'input', fault: undefined };
  const old = await tooOld(cluster);
  if (old !== undefined) return { ok: false, ...old };
  const namespace = namespaceOf(config, env, defaultNamespace);
  const inherited = await inherit(cluster, env, namespace);
  if ('error' in inherited) return { ok: false, ...inherited };
  const image = config.image ?? inherited.pod?.image;
  const attaching = run.start.as === 'attach';
  if (image === undefined && !attaching) {
    return {
      ok: false,
      blame: 'input',
      fault: undefined,
      error: 'image: not set, and there is no pod of our own to take it from; set it to an image with Claude Code',
    };
  }
  const warnings = [...(inherited.pod?.warnings ?? []), ...settingsWarnings(config)];
  const { trees = [] } = run;
  const bundle = await stage(trees, inherited.pod, sharedRoot, warnings);
  const beside = trees.some(({ to }) => to[0] === instructionsFolder) ? bundle : undefined;
  const instructions = await readInstructions(config.instructionsFilePath, warnings, beside);
  const exporter = exporterEnv(config, env);
  warnings.push(...exporter.warnings);
  const secretEnv = { ...exporter.secret, ...run.secretEnv };
  const delivery = planDelivery(run.prompt, instructions, secretEnv);
  if ('error' in delivery) return { ok: false, error: delivery.error, blame: 'input', fault: undefined };
  const request = requestOf(run, namespace, holder, delivery.by === 'secret' || hasKeys(secretEnv));
  const { prompt, agentName, companyId } = run;
  return {
    ok: true,
    warnings,
    plan: {
      request,
      config,
      prompt,
      instructions,
      settings: config.enableRtk ? truncationSettings(config.rtkMaxOutputBytes) : undefined,
      addDirs: bundle === undefined ? [] : [bundle],
      image: image ?? '',
      delivery,
      agentName,
      companyId,
      inherited: inherited.pod,
      env: { ...exporter.plain, ...run.env },
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
    jobName: jobName(agentId, runId, run.again ? 2 : 1),
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

/** Suspended creation, podFailurePolicy and the controller's uid label are all there since 1.27. */
async function tooOld(cluster: Cluster): Promise<Obstacle | undefined> {
  const answer = await cluster.version();
  if (!answer.ok) return { error: unreachable(cluster.server, answer.fault), blame: 'cluster', fault: answer.fault };
  const { major, minor, gitVersion } = answer.value;
  if (Number.isNaN(major) || Number.isNaN(minor)) {
    const error = `${cluster.server} does not answer as a Kubernetes API (get version); check the server of the kubeconfig`;
    return { error, blame: 'cluster', fault: undefined };
  }
  if (major > 1 || (major === 1 && minor >= 27)) return undefined;
  const error = `Kubernetes ${gitVersion} at ${cluster.server} is too old: 1.27 or newer is needed`;
  return { error, blame: 'cluster', fault: undefined };
}

function unreachable(server: string, fault: ApiFault): string {
  return `the Kubernetes API at ${server} can not be used (${fault.call}: ${fault.message}); ${wayTo(fault)}`;
}

/** What to do about an API that does not answer. */
export function wayTo({ kind, message }: ApiFault): string {
  if (kind === 'unauthorized') return 'the credentials of the kubeconfig are not accepted: renew them';
  // As of `kubectl proxy`. The words are the client library's.
  if (message.includes('HTTP protocol is not allowed')) {
    return 'the kubeconfig names an address with http: set insecure-skip-tls-verify: true for that cluster, if it is meant';
  }
  return 'check the address, the network and the kubeconfig';
}

async function inherit(
  cluster: Cluster,
  env: NodeJS.ProcessEnv,
  namespace: string,
): Promise<{ pod: Inherited | undefined } | Obstacle> {
  const self = selfPod(env);
  if (self === undefined) return { pod: undefined };
  const answer = await inheritFrom(cluster, self, namespace);
  if (answer.ok) return { pod: answer.value };
  const next = 'the service account has to be allowed to get pods and persistentvolumeclaims there';
  const error = `our own pod ${self.namespace}/${self.name} can not be read (${answer.fault.message}); ${next}`;
  return { error, blame: 'cluster', fault: answer.fault };
}

/** The shared volume is at the same path here and in the agent's pod; without one nothing of ours reaches the agent. */
async function stage(
  trees: readonly Tree[],
  inherited: Inherited | undefined,
  root: string,
  warnings: string[],
): Promise<string | undefined> {
  if (trees.length === 0) return undefined;
  if (inherited?.sharedVolume === undefined) {
    warnings.push('the skills of the agent can not reach it: there is no volume that its pod shares with Paperclip');
    return undefined;
  }
  const bundle = await stageBundle(trees, root);
  warnings.push(...bundle.warnings);
  return bundle.directory;
}

async function readInstructions(
  path: string | undefined,
  warnings: string[],
  beside: string | undefined,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const leaveOut = (why: string) => {
    warnings.push(`instructionsFilePath: ${path} ${why}; the run goes on without instructions`);
    return undefined;
  };
  try {
    const text = await readFile(path, 'utf8');
    if (text.includes('\0')) return leaveOut('holds a NUL character');
    return beside === undefined ? text : `${text}\n\nRelative paths above start at ${beside}/${instructionsFolder}.`;
  } catch (error) {
    return leaveOut(
      `can not be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'})`,
    );
  }
}

function hasKeys(values: Readonly<Record<string, string>>): boolean {
  return Object.keys(values).length > 0;
}
