import type { ClaudeResult } from '../claude/transcript.ts';
import type { Evidence } from '../run/evidence.ts';
import type { Verdict } from '../run/outcome.ts';
import { causeOf } from './cause.ts';
import { codeOfClaudeError } from './claude-error.ts';
import { contradictionsIn } from './contradictions.ts';
import { deadlinePassed, exitCodeOf, jobLostInMidRun, neverStarted, outsideKill, signalOf } from './ending.ts';
import { messageFor } from './message.ts';
import { notesOn } from './notes.ts';
import { ruledOutBy } from './ruled-out.ts';
import type { FailureCode } from './table.ts';

/**
 * Evidence to verdict: the first check that holds decides, and the last one always does. Pure; never throws.
 * The pair of code and cause is always one of the table's. The message is empty on a success.
 */
export function judge(evidence: Evidence): Verdict {
  const code = firstMatch(evidence);
  const cause = code === null ? null : causeOf(code, evidence);
  const exitCode = exitCodeOf(evidence);
  const contradictions = contradictionsIn(evidence);
  const notes = notesOn(code, evidence);
  const ruledOut = code === null ? [] : ruledOutBy(code, cause, evidence);
  const message = code === null ? '' : messageFor({ code, cause, evidence, contradictions, ruledOut });
  return { code, cause, exitCode, signal: signalOf(exitCode), message, notes, ruledOut, contradictions };
}

interface Check {
  name: string;
  check(evidence: Evidence): FailureCode | null | undefined;
}

/** null is success, undefined passes on to the next check. */
const chain: readonly Check[] = [
  { name: 'cancelled', check: cancelled }, // we were asked to, before any final result
  { name: 'handed over', check: handedOver }, // somebody else reports the end of this Job
  { name: 'refused', check: refused }, // there never was a Job of ours
  { name: 'succeeded', check: succeeded }, // a final result without error, whatever becomes of the Job later
  { name: 'claude reports an error', check: claudeError }, // its own word, or a result that its exit code contradicts
  { name: 'timed out', check: timedOut }, // the deadline of the Job, or a bound of ours
  { name: 'Job deleted', check: jobDeleted }, // before the container ended, and not by us
  { name: 'not started', check: notStarted }, // no process, no output
  { name: 'truncated', check: truncated }, // it had begun to answer
  { name: 'init only', check: initOnly }, // a session, no answer, a bad exit code
  { name: 'bad exit', check: badExit }, // not even a session
  { name: 'no result', check: noResult }, // exit code 0, nothing to show for it
  { name: 'end not seen', check: () => 'k8s_job_state_mismatch' }, // nothing proves that the process ended
];

function firstMatch(evidence: Evidence): FailureCode | null {
  for (const { check } of chain) {
    const found = check(evidence);
    if (found !== undefined) return found;
  }
  return 'k8s_job_state_mismatch';
}

function cancelled(evidence: Evidence): FailureCode | undefined {
  const { stop } = evidence;
  if (stop?.why !== 'cancelled') return undefined;
  return stop.resultBefore && finalResult(evidence) !== undefined ? undefined : 'cancelled';
}

function handedOver({ stop }: Evidence): FailureCode | undefined {
  return stop?.why === 'handed_over' ? 'k8s_run_handed_over' : undefined;
}

/** A pod that does not start is judged later: its Job may have been deleted, or its deadline may have passed. */
function refused({ refusal }: Evidence): FailureCode | undefined {
  return refusal === undefined || hasJob(refusal.code) ? undefined : refusal.code;
}

function hasJob(code: FailureCode): boolean {
  return code === 'k8s_pod_schedule_failed' || code === 'k8s_pod_reattach_failed';
}

function succeeded(evidence: Evidence): null | undefined {
  const result = finalResult(evidence);
  if (result === undefined || !isSuccess(result)) return undefined;
  return exitAllowsSuccess(evidence) ? null : undefined;
}

function exitAllowsSuccess(evidence: Evidence): boolean {
  const code = exitCodeOf(evidence);
  if (code === null || code === 0) return true;
  return (code === 137 || code === 143) && outsideKill(evidence) !== undefined;
}

function claudeError(evidence: Evidence): FailureCode | undefined {
  const result = finalResult(evidence);
  if (result === undefined) return undefined;
  return isSuccess(result) ? 'claude_exit_error' : codeOfClaudeError(result, evidence.transcript);
}

function timedOut(evidence: Evidence): FailureCode | undefined {
  const why = evidence.stop?.why;
  return why === 'timeout' || why === 'stalled' || deadlinePassed(evidence) ? 'timeout' : undefined;
}

function jobDeleted(evidence: Evidence): FailureCode | undefined {
  return jobLostInMidRun(evidence) && evidence.jobLoss?.by !== 'self' ? 'k8s_job_deleted_externally' : undefined;
}

function notStarted(evidence: Evidence): FailureCode | undefined {
  if (evidence.refusal !== undefined) return evidence.refusal.code;
  return neverStarted(evidence) ? 'k8s_pod_schedule_failed' : undefined;
}

function truncated({ transcript }: Evidence): FailureCode | undefined {
  return transcript.sawContent || transcript.result !== undefined ? 'claude_truncated' : undefined;
}

function initOnly(evidence: Evidence): FailureCode | undefined {
  const code = exitCodeOf(evidence);
  return evidence.transcript.inits > 0 && code !== null && code !== 0 ? 'claude_init_failed' : undefined;
}

function badExit(evidence: Evidence): FailureCode | undefined {
  const code = exitCodeOf(evidence);
  return code !== null && code !== 0 ? 'claude_exit_error' : undefined;
}

function noResult(evidence: Evidence): FailureCode | undefined {
  return exitCodeOf(evidence) === 0 ? 'claude_output_unparseable' : undefined;
}

/**
 * The result that counts. While background tasks are outstanding none is final, unless Claude then left of its own accord:
 * with 0 after a success (it does not wait for a server left running in the background), with an error code after an error.
 */
function finalResult(evidence: Evidence): ClaudeResult | undefined {
  const { result, outstandingTasks } = evidence.transcript;
  if (result === undefined || outstandingTasks.length === 0) return result;
  const code = exitCodeOf(evidence);
  if (code === null || code === 137 || code === 143 || outsideKill(evidence) !== undefined) return undefined;
  return isSuccess(result) === (code === 0) ? result : undefined;
}

function isSuccess(result: ClaudeResult): boolean {
  return result.subtype === 'success' && !result.isError;
}
