import type { Cluster } from '../kubernetes/cluster.ts';
import { buildJob } from '../manifest/job.ts';
import { adapterType, label } from '../manifest/labels.ts';
import { adoptPatch, concludePatch, releasePatch, renewPatch, unsuspendPatch } from '../manifest/patches.ts';
import type { RunPlan } from '../manifest/plan.ts';
import { buildSecret } from '../manifest/secret.ts';
import type { Answer } from '../run/answer.ts';
import type { RequestEffect } from '../run/effect.ts';
import type { Answers } from '../run/observation.ts';
import type { EventSnapshot } from '../run/snapshot.ts';
import type { Clock } from './clock.ts';
import { type InspectInput, inspectHolders } from './inspect-holders.ts';

export interface PerformInput {
  plan: RunPlan;
  cluster: Cluster;
  clock: Clock;
  lock(): Promise<void>;
  held: InspectInput['held'];
  isAlive: InspectInput['isAlive'];
}

/** Carries out one request of the core, with no judgement of its own. Never throws. */
export async function perform(
  effect: RequestEffect,
  input: PerformInput,
): Promise<Answer<Answers[RequestEffect['do']]>> {
  const { plan, cluster, clock, held, isAlive } = input;
  const { request } = plan;
  const { namespace } = request;
  const now = clock.now();
  switch (effect.do) {
    case 'lock_admission':
      await input.lock();
      return done('locked');
    case 'list_agent_jobs':
      return cluster.listJobs(namespace, agentSelector(request.agentLabel ?? ''), effect.exactVersion);
    case 'inspect_holders':
      return inspectHolders(effect.jobs, { cluster, holder: request.holder, held, isAlive, now });
    case 'probe_patch':
      return probe(cluster, namespace);
    case 'create_job':
      return cluster.createJob(namespace, buildJob({ plan, suspended: effect.suspended, at: now }));
    case 'read_job':
      return cluster.readJob(namespace, effect.name);
    case 'create_secret':
      return cluster.createSecret(namespace, buildSecret(plan, effect.job));
    case 'unsuspend_job':
      return cluster.patchJob(namespace, effect.job.name, unsuspendPatch(effect.job, request, now));
    case 'adopt_job':
      return cluster.patchJob(namespace, effect.job.name, adoptPatch(effect.job, request, now));
    case 'withdraw_job':
    case 'delete_abandoned': {
      const { name, uid, resourceVersion } = effect.job;
      return cluster.deleteJob(namespace, name, { uid, resourceVersion });
    }
    case 'delete_job':
      return cluster.deleteJob(namespace, effect.job.name, { uid: effect.job.uid });
    case 'list_events':
      return eventsOf(cluster, namespace, effect.jobUid, effect.podUid);
    case 'read_node':
      return cluster.readNode(effect.name);
    case 'read_pods':
      return cluster.listPods(namespace, `batch.kubernetes.io/controller-uid=${effect.jobUid}`);
    case 'renew_holder':
      return worded(cluster.patchJob(namespace, effect.job.name, renewPatch(effect.job, request, now)), 'renewed');
    case 'release_holder':
      return worded(cluster.patchJob(namespace, effect.job.name, releasePatch(effect.job, request, now)), 'released');
    case 'conclude_job':
      return worded(
        cluster.patchJob(namespace, effect.job.name, concludePatch(effect.job, request, effect, now)),
        'concluded',
      );
  }
}

function agentSelector(agentLabel: string): string {
  return `${label.agentId}=${agentLabel},${label.adapterType}=${adapterType}`;
}

async function probe(cluster: Cluster, namespace: string): Promise<Answer<Answers['probe_patch']>> {
  const [patch, logs] = await Promise.all([
    cluster.canI('patch', 'jobs', namespace, 'batch'),
    cluster.canI('get', 'pods/log', namespace),
  ]);
  if (!patch.ok) return patch;
  return { ...patch, value: { allowed: patch.value, logs: !logs.ok || logs.value } };
}

/** A field selector can't say "or": one list for the Job, one for its pod. */
async function eventsOf(
  cluster: Cluster,
  namespace: string,
  jobUid: string,
  podUid: string | undefined,
): Promise<Answer<{ events: EventSnapshot[] }>> {
  const uids = podUid === undefined ? [jobUid] : [jobUid, podUid];
  const answers = await Promise.all(uids.map((uid) => cluster.listEvents(namespace, `involvedObject.uid=${uid}`)));
  const failed = answers.find((answer) => !answer.ok);
  if (failed !== undefined && !failed.ok) return failed;
  return done({ events: answers.flatMap((answer) => (answer.ok ? answer.value : [])) });
}

async function worded<W extends string>(request: Promise<Answer<unknown>>, word: W): Promise<Answer<W>> {
  const answer = await request;
  return answer.ok ? { ...answer, value: word } : answer;
}

function done<T>(value: T): Answer<T> {
  return { ok: true, value, serverTime: undefined };
}
