import type { ApiFault } from './answer.ts';
import type { ContainerEnd, JobLoss } from './evidence.ts';
import { lossByAbsence, lossByDeletion } from './loss.ts';
import type { AbsenceRoute } from './observation.ts';
import type { ContainerSnapshot, JobSnapshot, NodeSnapshot, PodSnapshot, Terminated } from './snapshot.ts';

export type KnownEnd = Extract<ContainerEnd, { known: 'terminated' }>;

/** What has been seen of the cluster. Knowledge never goes backwards: an end once seen stays, the first loss stays. */
export interface Facts {
  runId: string;
  job: JobSnapshot | undefined;
  jobGone: AbsenceRoute | undefined;
  jobLoss: JobLoss | undefined;
  /** When the last direct read of the Job was answered, or given up. */
  jobAskedAt: number | undefined;
  pod: PodSnapshot | undefined;
  /** When the pod's status last changed, by our clock: a lost node's pod never changes again. */
  podChangedAt: number | undefined;
  podGone: AbsenceRoute | undefined;
  end: KnownEnd | undefined;
  endSeenAt: number | undefined;
  agentStarted: boolean;
  /** By our clock: the first moment from which silence can be counted. */
  startSeenAt: number | undefined;
  node: NodeSnapshot | undefined;
  /** The node was NotReady before the pod was disrupted. */
  nodeSeenNotReady: boolean;
  /** Snapshots of the Job taken in, for the forensics of its loss. */
  jobObservations: number;
  /** Since when the API can't be read; undefined while it answers. */
  apiDown: { since: number; fault: ApiFault } | undefined;
}

export function noFacts(runId: string): Facts {
  return {
    runId,
    job: undefined,
    jobGone: undefined,
    jobLoss: undefined,
    jobAskedAt: undefined,
    pod: undefined,
    podChangedAt: undefined,
    podGone: undefined,
    end: undefined,
    endSeenAt: undefined,
    agentStarted: false,
    startSeenAt: undefined,
    node: undefined,
    nodeSeenNotReady: false,
    jobObservations: 0,
    apiDown: undefined,
  };
}

/** Takes in a Job. Another Job of the same name (another uid) says nothing about ours. */
export function seeJob(facts: Facts, job: JobSnapshot, at: number): Facts {
  if (facts.job !== undefined && (facts.job.uid !== job.uid || isOlder(job, facts.job))) return facts;
  const next = { ...facts, job, jobObservations: facts.jobObservations + 1, apiDown: undefined };
  if (job.deletionAt === undefined) return next;
  return { ...next, jobLoss: facts.jobLoss ?? lossByDeletion(next, job, at) };
}

/** A shared watch may still be on its way to what the answer to our own patch has shown already. */
function isOlder(seen: JobSnapshot, known: JobSnapshot): boolean {
  return Number(seen.resourceVersion) < Number(known.resourceVersion);
}

export function loseJob(
  facts: Facts,
  uid: string,
  last: JobSnapshot | undefined,
  route: AbsenceRoute,
  at: number,
): Facts {
  if (facts.job !== undefined && facts.job.uid !== uid) return facts;
  const seen = last === undefined ? facts : seeJob(facts, last, at);
  const next = { ...seen, jobGone: seen.jobGone ?? route, apiDown: undefined };
  return { ...next, jobLoss: next.jobLoss ?? lossByAbsence(next, route, at) };
}

/**
 * Takes in a pod of the Job. A Job may start a second pod: the first one that ran our agent is ours, else one that may still
 * run it, else the newest that is not going.
 */
export function seePod(facts: Facts, pod: PodSnapshot, at: number): Facts {
  const own = facts.pod;
  if (own !== undefined && own.uid !== pod.uid && !replaces(facts, own, pod)) return { ...facts, apiDown: undefined };
  const sameStatus = own?.uid === pod.uid && own.resourceVersion === pod.resourceVersion;
  const end = endOf(pod.agent);
  const known = own === undefined || own.uid === pod.uid ? facts : { ...facts, podGone: undefined };
  const agentStarted = known.agentStarted || hasStarted(pod.agent, end);
  const better = end !== undefined && (known.end === undefined || (known.end.guess && !end.guess));
  return {
    ...known,
    pod,
    podChangedAt: sameStatus ? known.podChangedAt : at,
    end: better ? end : known.end,
    endSeenAt: known.endSeenAt ?? (end === undefined ? undefined : at),
    agentStarted,
    startSeenAt: known.startSeenAt ?? (agentStarted ? at : undefined),
    apiDown: undefined,
  };
}

export function losePod(
  facts: Facts,
  uid: string,
  last: PodSnapshot | undefined,
  route: AbsenceRoute,
  at: number,
): Facts {
  if (facts.pod !== undefined && facts.pod.uid !== uid) return facts;
  const seen = last === undefined ? facts : seePod(facts, last, at);
  return { ...seen, podGone: seen.podGone ?? route, apiDown: undefined };
}

/** A node's word counts only while nothing has disrupted the pod: afterwards it proves nothing about the cause. */
export function seeNode(facts: Facts, node: NodeSnapshot): Facts {
  const early = facts.pod !== undefined && !isDisrupted(facts.pod) && facts.pod.deletionAt === undefined;
  return { ...facts, node, nodeSeenNotReady: facts.nodeSeenNotReady || (early && node.ready !== 'True') };
}

export function isDisrupted(pod: PodSnapshot): boolean {
  return pod.conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
}

/** Suspended and still there: a queue controller decides when it goes on. */
export function isQueued({ job, jobGone, jobLoss }: Facts): boolean {
  return job?.suspended === true && jobGone === undefined && jobLoss === undefined;
}

/** A pod that never ran and is gone says nothing of the one that comes in its place. */
export function withoutPod(facts: Facts): Facts {
  return { ...facts, pod: undefined, podChangedAt: undefined, podGone: undefined };
}

function replaces(facts: Facts, own: PodSnapshot, pod: PodSnapshot): boolean {
  if (facts.agentStarted || facts.end !== undefined) return false;
  if (facts.podGone !== undefined) return true;
  if (hasStarted(pod.agent, endOf(pod.agent)) || (isOver(own) && !isOver(pod))) return true;
  if (pod.deletionAt !== undefined) return false;
  return own.deletionAt !== undefined || pod.createdAt > own.createdAt;
}

function isOver({ phase }: PodSnapshot): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function hasStarted(agent: ContainerSnapshot | undefined, end: KnownEnd | undefined): boolean {
  return agent?.state.is === 'running' || end?.startedAt !== undefined;
}

/** `state` first, then the end that `state` no longer shows. */
function endOf(agent: ContainerSnapshot | undefined): KnownEnd | undefined {
  if (agent === undefined) return undefined;
  if (agent.state.is === 'terminated') return known(agent.state, 'state');
  return agent.state.is === 'waiting' && agent.last !== undefined ? known(agent.last, 'lastState') : undefined;
}

/** ContainerStatusUnknown, or an end without a time, is what the kubelet makes up when it lost the container (kubernetes#104107, #122160). */
function known(end: Terminated, from: 'state' | 'lastState'): KnownEnd {
  const { exitCode, signal, reason, message, startedAt, finishedAt, containerId } = end;
  const guess = reason === 'ContainerStatusUnknown' || finishedAt === undefined;
  return {
    known: 'terminated',
    guess,
    from,
    exitCode,
    signal,
    reason,
    message,
    startedAt,
    finishedAt,
    containerId,
  };
}
