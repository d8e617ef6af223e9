import type { Evidence } from '../run/evidence.ts';
import { disruption, exitCodeOf, podDeletionAskedAt, provenEnd } from './ending.ts';
import { disruptions } from './failure-class.ts';
import { refusalCause } from './start-cause.ts';
import { type Cause, type FailureCode, isReachable } from './table.ts';

/** The cause of a failure with this code; null for codes that stand alone. Always a pair of the table. */
export function causeOf(code: FailureCode, evidence: Evidence): Cause | null {
  if (isReachable(code, null)) return null;
  const proven = candidates(code, evidence).find((cause) => isReachable(code, cause));
  return proven ?? (isReachable(code, 'unknown') ? 'unknown' : lastResort(code));
}

/** Every cause that the evidence supports, strongest evidence first. The first is the answer, the rest contradict it. */
export function provenCauses(evidence: Evidence): readonly Cause[] {
  return endRules.filter(({ holds }) => holds(evidence)).map(({ cause }) => cause);
}

function candidates(code: FailureCode, evidence: Evidence): readonly Cause[] {
  if (evidence.refusal?.code === code || code === 'k8s_pod_schedule_failed') return causesBeforeStart(evidence);
  if (code === 'timeout') return [evidence.stop?.why === 'stalled' ? 'stalled' : 'deadline_exceeded'];
  if (code === 'k8s_job_deleted_externally') return deletionCauses(evidence);
  return provenCauses(evidence);
}

/** A pod that was taken away explains its waiting reason, not the reverse; a silent API explains least. */
function causesBeforeStart(evidence: Evidence): readonly Cause[] {
  const proven = provenCauses(evidence);
  const refined = refusalCause(evidence);
  return [...proven.filter(isDisruption), ...(refined === undefined ? [] : [refined]), ...proven];
}

function isDisruption(cause: Cause): boolean {
  return disruptions.some((one) => one === cause);
}

/** The runtime's word, then the pod's, then its disruption condition, then the bare exit code, then what is missing. */
const endRules: readonly { cause: Cause; holds(evidence: Evidence): boolean }[] = [
  { cause: 'oom_killed', holds: oomKilled },
  { cause: 'evicted', holds: evicted },
  { cause: 'preempted', holds: preempted },
  { cause: 'node_shutdown', holds: nodeShutdown },
  { cause: 'node_lost', holds: nodeLost },
  { cause: 'tainted', holds: (evidence) => removedByTaint(evidence) && !nodeLost(evidence) },
  { cause: 'evicted_by_api', holds: (evidence) => disruption(evidence)?.reason === 'EvictionByEvictionAPI' },
  { cause: 'sigterm', holds: (evidence) => exitCodeOf(evidence) === 143 },
  { cause: 'sigkill', holds: (evidence) => exitCodeOf(evidence) === 137 && !oomKilled(evidence) },
  { cause: 'claude_config_corrupt', holds: configCorrupt },
  { cause: 'config_error', holds: (evidence) => endedByItself(evidence) && unknownArgument(evidence) },
  { cause: 'crash', holds: endedByItself },
  { cause: 'deleted_by_other', holds: deletedByOther },
  { cause: 'rbac', holds: forbidden },
  { cause: 'api_unreachable', holds: (evidence) => exitCodeOf(evidence) === null && unreachable(evidence) },
  { cause: 'log_gap', holds: (evidence) => exitCodeOf(evidence) === 0 && !wholeLog(evidence) },
];

/**
 * The reason is sticky: the runtime gives it for a killed child too, whatever ends the main process afterwards
 * (kubernetes#131530), so a SIGTERM keeps its own name.
 */
function oomKilled(evidence: Evidence): boolean {
  const end = provenEnd(evidence.container);
  return end?.reason === 'OOMKilled' && end.exitCode !== 143;
}

function evicted(evidence: Evidence): boolean {
  return evidence.pod?.reason === 'Evicted';
}

function preempted(evidence: Evidence): boolean {
  return evidence.pod?.reason === 'Preempting' || disruption(evidence)?.reason === 'PreemptionByScheduler';
}

/** `Terminated` is what the kubelet writes at a graceful shutdown, `NodeShutdown` for a pod that comes after its start. */
function nodeShutdown(evidence: Evidence): boolean {
  const reason = evidence.pod?.reason;
  return reason === 'NodeShutdown' || reason === 'Terminated';
}

function nodeLost(evidence: Evidence): boolean {
  if (evidence.pod?.reason === 'NodeLost' || disruption(evidence)?.reason === 'DeletionByPodGC') return true;
  const silent = evidence.container.known === 'unreachable';
  // Nobody could be asked about the node; but a taint whose pod it does not end, and does not answer for, tells of it.
  if (removedByTaint(evidence) && silent && evidence.apiFault === undefined) return true;
  return nodeWasNotReady(evidence) && (removedByTaint(evidence) || silent);
}

function removedByTaint(evidence: Evidence): boolean {
  return disruption(evidence)?.reason === 'DeletionByTaintManager';
}

function nodeWasNotReady(evidence: Evidence): boolean {
  const { node, nodeSeenNotReady } = evidence;
  const since = node === undefined || node.ready === 'True' ? undefined : node.readySince;
  const at = disruption(evidence)?.at;
  if (!nodeSeenNotReady) return since !== undefined && at !== undefined && since <= at;
  // Seen before the pod's deletion was; but a watch may be late, and both tell when it was.
  const takenAt = at ?? podDeletionAskedAt(evidence);
  return since === undefined || takenAt === undefined || since <= takenAt;
}

function endedByItself(evidence: Evidence): boolean {
  const code = exitCodeOf(evidence);
  return code !== null && code !== 0 && code !== 137 && code !== 143;
}

function configCorrupt(evidence: Evidence): boolean {
  const code = exitCodeOf(evidence);
  return evidence.transcript.configCorrupt && code !== null && code !== 137 && code !== 143;
}

function unknownArgument(evidence: Evidence): boolean {
  const { firstPlainText, plainText } = evidence.transcript;
  return [firstPlainText ?? '', ...plainText].some((line) => /^error: (unknown option|option .* argument)/i.test(line));
}

/** A plain delete of the pod leaves no condition. With an exit code the signal says more; without one this is all there is. */
function deletedByOther(evidence: Evidence): boolean {
  const { pod, stop, job, jobLoss } = evidence;
  if (stop !== undefined || job?.marks.deletion !== undefined || jobLoss?.by === 'self') return false;
  if (exitCodeOf(evidence) !== null || pod?.reason !== undefined || disruption(evidence) !== undefined) return false;
  return podDeletionAskedAt(evidence) !== undefined;
}

function forbidden({ apiFault }: Evidence): boolean {
  return apiFault?.kind === 'forbidden' || apiFault?.kind === 'unauthorized';
}

function unreachable({ apiFault }: Evidence): boolean {
  return apiFault?.kind === 'unreachable' || apiFault?.kind === 'server_error' || apiFault?.kind === 'throttled';
}

function wholeLog({ log }: Evidence): boolean {
  return log.complete && log.gaps.length === 0;
}

/** `ttl_expired` needs a finished Job: the TTL controller touches no other. */
function deletionCauses(evidence: Evidence): readonly Cause[] {
  switch (evidence.jobLoss?.by) {
    case 'ttl':
      return finished(evidence) ? ['ttl_expired'] : [];
    case 'owner_cascade':
    case 'other_client':
      return ['deleted_by_other'];
    case 'self':
    case 'unknown':
    case undefined:
      return [];
  }
}

/** Whether the Job had a finished condition when it was last seen. */
export function finished({ job }: Evidence): boolean {
  return (job?.conditions ?? []).some(
    (one) => one.status === 'True' && (one.type === 'Complete' || one.type === 'Failed'),
  );
}

/** Codes without `unknown` are reached only with a proven end; this keeps the pair legal if that ever fails. */
function lastResort(code: FailureCode): Cause {
  return code === 'timeout' ? 'deadline_exceeded' : 'crash';
}
