import type { Usage } from '../claude/transcript.ts';
import type { ApiFault } from '../run/answer.ts';
import { isTransient } from '../run/answer.ts';
import type { Outcome } from '../run/outcome.ts';

/** What was witnessed of the Job beside its run. */
export interface JobWitness {
  /** A Job of this run came to be, new or adopted. */
  existed: boolean;
  /** It is gone, and neither it nor any pod of it ever started the agent. */
  neverStarted: boolean;
}

/**
 * Whether it is proven that the model was asked for nothing. On this word the host repeats the run by itself, so that
 * less than a proof is none: no Job, a Job that is gone and never started the agent, or a provider that refused every request.
 */
export function nothingWasDone(outcome: Outcome, witness: JobWitness): boolean {
  if (outcome.verdict.code === null || outcome.evidence.stop?.why === 'handed_over') return false;
  if (witness.existed) return witness.neverStarted || everyRequestRefused(outcome);
  return noJobCreated(outcome);
}

/** Our create was never sent, or the API answered it with a refusal. An answer that was lost proves nothing. */
function noJobCreated({ evidence, job }: Outcome): boolean {
  if (job !== 'none' || evidence.job !== undefined) return false;
  const { refusal } = evidence;
  if (refusal === undefined) return false;
  switch (refusal.code) {
    case 'k8s_agent_id_invalid':
    case 'k8s_concurrency_guard_unreachable':
    case 'k8s_concurrent_run_blocked':
    case 'k8s_orphan_task_unknown':
    case 'k8s_orphan_session_mismatch':
      return true;
    case 'k8s_job_create_failed':
      return refusal.fault === undefined || isRefusedCreate(refusal.fault);
    default:
      return false;
  }
}

function isRefusedCreate(fault: ApiFault): boolean {
  // Before the first create: the version of the API, or our own pod, could not be read.
  if (!/ (jobs|secrets)$/.test(fault.call)) return true;
  return fault.call === 'create jobs' && fault.status !== undefined && !isTransient(fault);
}

/** The whole output is there, and in it nothing but refusals of the API before any answer. */
function everyRequestRefused({ evidence, result }: Outcome): boolean {
  const { transcript, log, container } = evidence;
  if (result === undefined || !result.isError || transcript.results !== 1 || transcript.inits > 1) return false;
  if (!log.complete || log.gaps.length > 0 || container.known !== 'terminated') return false;
  if (transcript.sawContent || transcript.unreadableLines > 0 || transcript.outstandingTasks.length > 0) return false;
  const spent = [transcript.usageSoFar, ...(result.usage ? [result.usage] : []), ...Object.values(result.modelUsage)];
  if (spent.some(isSpent) || (result.costUsd ?? 0) > 0) return false;
  if (transcript.inits === 0 && transcript.apiRetries.length === 0) return isUnknownSession(result.errors);
  return [result.apiErrorStatus, ...transcript.apiRetries.map(({ status }) => status)].every(isRefusal);
}

/** Claude looks for the session on its own disk before it asks the model for anything. */
function isUnknownSession(errors: readonly string[]): boolean {
  return errors.some((error) => error.includes('No conversation found with session ID'));
}

/** A status with which the API turns a request away. A 5xx or a cut stream may come after work has begun. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && ((status >= 400 && status < 500) || status === 529);
}

function isSpent(usage: Usage): boolean {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheCreationInputTokens } = usage;
  return inputTokens + outputTokens + cacheReadInputTokens + cacheCreationInputTokens > 0;
}
