import type { ContainerEnd, Evidence } from '../run/evidence.ts';
import type { Condition, JobSnapshot, Terminated } from '../run/snapshot.ts';

/** Kubernetes times have whole seconds and come from different clocks: an order closer than this proves nothing. */
const clockSlackMs = 5_000;

const signalNames: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
};

/** The end of the container as the runtime saw it; undefined when it is not known or only guessed. */
export function provenEnd(container: ContainerEnd): Terminated | undefined {
  return container.known === 'terminated' && !container.guess ? container : undefined;
}

/**
 * Claude's own exit code, null when no process is known to have ended.
 * ContainerStatusUnknown with 137 and no finishedAt is a guess of the kubelet (kubernetes#122160, #104107), so it is null.
 */
export function exitCodeOf(evidence: Evidence): number | null {
  const end = provenEnd(evidence.container);
  return end === undefined || neverRan(end) ? null : end.exitCode;
}

/** 137 names SIGKILL: a shell and every container runtime report a death by signal as 128 plus its number. */
export function signalOf(exitCode: number | null): string | null {
  return exitCode === null ? null : (signalNames[exitCode - 128] ?? null);
}

/** The runtime could not start the process at all: its "exit code" is the runtime's own. */
export function neverRan(end: Terminated): boolean {
  return end.reason === 'StartError' || end.reason === 'ContainerCannotRun';
}

/** Whether the agent's process never came to be. What printed a line has started, whatever its status says. */
export function neverStarted(evidence: Evidence): boolean {
  const { container } = evidence;
  if (evidence.transcript.lines > 0 || endedUnseen(evidence)) return false;
  if (container.known === 'never_started') return true;
  if (container.known === 'unreachable') return false;
  const end = provenEnd(container);
  if (end !== undefined) return neverRan(end);
  return !evidence.agentStarted;
}

/**
 * The Job has ended, or its controller says that it made a pod, and nobody saw that; or it was seen, and its last state was
 * not, as the watch that shows a deletion shows it. Whether its container ran is not known.
 */
export function endedUnseen({ job, pod, events, container, podGone }: Evidence): boolean {
  if (pod !== undefined) return container.known === 'gone' && podGone !== 'watch-deleted';
  return hasFinished(job) || events.some(({ reason }) => reason === 'SuccessfulCreate');
}

function hasFinished(job: JobSnapshot | undefined): boolean {
  return job?.conditions.some(({ type, status }) => endsJob.has(type) && status === 'True') === true;
}

const endsJob: ReadonlySet<string> = new Set(['Complete', 'Failed']);

/** `DisruptionTarget`, unless it came after the container had ended. */
export function disruption(evidence: Evidence): Condition | undefined {
  const condition = evidence.pod?.conditions.find((one) => one.type === 'DisruptionTarget' && one.status === 'True');
  return condition === undefined || cameAfterEnd(evidence, condition.at) ? undefined : condition;
}

/** When the deletion of the pod was asked for: its deletionTimestamp includes the grace period. */
export function podDeletionAskedAt(evidence: Evidence): number | undefined {
  const { pod } = evidence;
  if (pod?.deletionAt === undefined) return undefined;
  const askedAt = pod.deletionAt - (pod.deletionGraceSeconds ?? 0) * 1000;
  return cameAfterEnd(evidence, askedAt) ? undefined : askedAt;
}

/** The Job's or the pod's own deadline, unless the container had ended by itself before. */
export function deadlinePassed(evidence: Evidence): boolean {
  if (evidence.pod?.reason === 'DeadlineExceeded') return true;
  const at = deadlineConditions(evidence.job).map((condition) => condition.at ?? Number.POSITIVE_INFINITY);
  if (at.length === 0) return false;
  const code = exitCodeOf(evidence);
  const ownExit = code !== null && !endedBySignal(evidence);
  return !(ownExit && cameAfterEnd(evidence, Math.min(...at)));
}

export function deadlineConditions(job: JobSnapshot | undefined): readonly Condition[] {
  return (job?.conditions ?? []).filter(
    (one) =>
      one.status === 'True' &&
      one.reason === 'DeadlineExceeded' &&
      (one.type === 'Failed' || one.type === 'FailureTarget'),
  );
}

/** The Job went away, or was told to, while the container still ran; a deletionTimestamp after the container's end proves the reverse. */
export function jobLostInMidRun(evidence: Evidence): boolean {
  const { jobLoss, job } = evidence;
  if (jobLoss === undefined || cameAfterEnd(evidence, job?.deletionAt)) return false;
  // A Job that finished before it was lost did so by the end of its container, whenever that was seen.
  if (provenEnd(evidence.container) !== undefined && hasFinished(job)) return false;
  // Two watches keep no order: that the loss was seen second does not make it the second to happen.
  return !jobLoss.containerEndedBefore || wasToldToEnd(evidence);
}

/** The pod was deleted before its container ended. Of an exit of its own at about the same time the deletion explains nothing. */
function wasToldToEnd(evidence: Evidence): boolean {
  const askedAt = podDeletionAskedAt(evidence);
  if (askedAt === undefined) return false;
  const finishedAt = provenEnd(evidence.container)?.finishedAt;
  return endedBySignal(evidence) || finishedAt === undefined || askedAt < finishedAt;
}

function endedBySignal(evidence: Evidence): boolean {
  const code = exitCodeOf(evidence);
  return code === 137 || code === 143;
}

/** Something from outside ended the container, and nothing that is known says what: its Job may be gone. */
export function isJobInDoubt(evidence: Evidence): boolean {
  const { container, jobLoss, stop } = evidence;
  if (container.known !== 'terminated' || jobLoss !== undefined || stop !== undefined) return false;
  const stopped = endedBySignal(evidence) || podDeletionAskedAt(evidence) !== undefined;
  return stopped && knownKill(evidence) === undefined;
}

/** Who outside of Claude killed the process, if anything shows that somebody did. */
export function outsideKill(evidence: Evidence): string | undefined {
  const known = knownKill(evidence);
  if (known !== undefined || podDeletionAskedAt(evidence) === undefined) return known;
  return 'the pod was being deleted';
}

function knownKill(evidence: Evidence): string | undefined {
  const { stop, pod } = evidence;
  if (stop !== undefined && stop.why !== 'handed_over') return `we stopped the pod (${stop.why})`;
  if (provenEnd(evidence.container)?.reason === 'OOMKilled') return 'the runtime says OOMKilled';
  if (pod?.reason !== undefined) return `the pod has the reason ${pod.reason}`;
  const disrupted = disruption(evidence);
  if (disrupted !== undefined) return `the pod was disrupted (${disrupted.reason ?? 'no reason'})`;
  if (jobLostInMidRun(evidence)) return 'the Job was deleted';
  return deadlineConditions(evidence.job).length > 0 ? 'the deadline of the Job passed' : undefined;
}

function cameAfterEnd(evidence: Evidence, at: number | undefined): boolean {
  const finishedAt = provenEnd(evidence.container)?.finishedAt;
  return at !== undefined && finishedAt !== undefined && at > finishedAt + clockSlackMs;
}
