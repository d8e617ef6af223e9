import type { Evidence } from '../run/evidence.ts';
import type { Verdict } from '../run/outcome.ts';
import type { PodSnapshot } from '../run/snapshot.ts';
import { deletionSentences } from './forensics.ts';
import { byteLength, cutBytes, messageBytesMax, oneLine, quote } from './quote.ts';
import { ago, containerSentence, faultText, plainTextSentence, podSentence } from './sentence.ts';
import { type Cause, causes, type FailureCode, failures } from './table.ts';

export interface Told {
  code: FailureCode;
  cause: Cause | null;
  evidence: Evidence;
  contradictions: readonly string[];
  ruledOut: Verdict['ruledOut'];
}

/**
 * What happened; why, with evidence; what to do. One line of at most 2 KiB: the evidence in the middle gives way first,
 * so that the advice is never cut off.
 */
export function messageFor(told: Told): string {
  const what = sentence(failures[told.code].title);
  const todo = sentence(remedyFor(told));
  const budget = messageBytesMax - byteLength(what) - byteLength(todo) - 2;
  const why = cutBytes(reasons(told).map(oneLine).map(sentence).join(' '), budget);
  return [what, why, todo].filter((part) => part !== '').join(' ');
}

function reasons(told: Told): readonly string[] {
  const { cause, contradictions } = told;
  return [
    cause === null ? undefined : `Cause ${cause}: ${causes[cause].title}`,
    ...evidenceFor(told),
    contradictions.length === 0 ? undefined : `Contradiction: ${contradictions.join('; ')}`,
  ]
    .filter((text) => text !== undefined)
    .filter((text) => text !== '');
}

/** The sentences that carry the evidence of a code. */
function evidenceFor(told: Told): readonly (string | undefined)[] {
  const { code, evidence } = told;
  if (evidence.refusal?.code === code) return refusalSentences(evidence);
  switch (code) {
    case 'cancelled':
      return [evidence.stop?.why === 'cancelled' ? `Reason: ${evidence.stop.reason}` : undefined, endIfSeen(evidence)];
    case 'k8s_run_handed_over':
      return handoverSentences(evidence);
    case 'timeout':
      return [timeoutSentence(evidence), endIfSeen(evidence), podSentence(evidence), plainTextSentence(evidence)];
    case 'k8s_job_deleted_externally':
      return [...deletionSentences(evidence, told.ruledOut), endIfSeen(evidence), plainTextSentence(evidence)];
    case 'k8s_pod_schedule_failed':
      return [waitingSentence(evidence), endIfSeen(evidence), podSentence(evidence), lastWarning(evidence)];
    case 'claude_init_failed':
      return [
        `It had model ${evidence.transcript.model ?? evidence.model ?? 'unknown'}`,
        ...processSentences(evidence),
      ];
    case 'claude_truncated':
      return [tasksSentence(evidence), ...processSentences(evidence), survivorSentence(told)];
    case 'k8s_job_state_mismatch':
      return [...processSentences(evidence), survivorSentence(told)];
    default:
      return [claudeSays(evidence), ...processSentences(evidence)];
  }
}

function processSentences(evidence: Evidence): readonly (string | undefined)[] {
  return [
    containerSentence(evidence),
    podSentence(evidence),
    plainTextSentence(evidence),
    evidence.apiFault === undefined ? undefined : `Last API error: ${faultText(evidence.apiFault)}`,
    logSentence(evidence),
  ];
}

/** The core's own words first; what they already contain is not said twice. */
function refusalSentences(evidence: Evidence): readonly (string | undefined)[] {
  const { refusal } = evidence;
  if (refusal === undefined) return [];
  const { detail, fault } = refusal;
  const faultSaid = fault === undefined || detail.includes(fault.message);
  const waitingSaid = evidence.pod === undefined || detail.includes(stuckContainer(evidence.pod)?.reason ?? '');
  return [
    detail,
    faultSaid ? undefined : faultText(fault),
    waitingSaid ? undefined : waitingSentence(evidence),
    podSentence(evidence),
    lastWarning(evidence),
  ];
}

function handoverSentences(evidence: Evidence): readonly (string | undefined)[] {
  const to = evidence.stop?.why === 'handed_over' ? evidence.stop.to : undefined;
  if (evidence.job === undefined) return ['The run was let go before it had a Job: nothing was left behind'];
  const seen = evidence.transcript.result === undefined ? undefined : 'A result had been seen before';
  return [`Job ${evidence.jobName} in namespace ${evidence.namespace} goes on with ${to ?? 'its next holder'}`, seen];
}

function timeoutSentence({ stop, job }: Evidence): string {
  if (stop?.why === 'stalled') return `Nothing was printed for ${stop.silentSec} s`;
  if (stop?.why === 'timeout') return `${stop.afterSec} s had passed`;
  return `The deadline of the Job (${job?.activeDeadlineSeconds ?? 'unknown'} s) was exceeded`;
}

function endIfSeen(evidence: Evidence): string | undefined {
  return evidence.container.known === 'never_started' ? undefined : containerSentence(evidence);
}

/** The last waiting reason of the pod, as the kubelet or the scheduler words it. */
function waitingSentence({ pod }: Evidence): string | undefined {
  if (pod === undefined) return 'No pod was seen';
  const failed = failedInit(pod);
  if (failed !== undefined) return failed;
  const stuck = stuckContainer(pod);
  if (stuck !== undefined) return `Container ${stuck.name} waits: ${stuck.reason} ${quote(stuck.message) ?? ''}`;
  const scheduled = pod.conditions.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return scheduled === undefined
    ? undefined
    : `${scheduled.reason ?? 'Not scheduled'} ${quote(scheduled.message) ?? ''}`;
}

/** While an init container has failed, the agent's only ever waits for it. */
function failedInit(pod: PodSnapshot): string | undefined {
  for (const { name, state } of pod.inits) {
    if (state.is !== 'terminated' || state.exitCode === 0) continue;
    const words = [state.reason, quote(state.message)].filter((part) => part !== undefined).join(' ');
    return `Init container ${name} ended with exit code ${state.exitCode}${words === '' ? '' : `, ${words}`}`;
  }
  return undefined;
}

function stuckContainer(pod: PodSnapshot): { name: string; reason: string; message: string | undefined } | undefined {
  for (const container of [...pod.inits, pod.agent]) {
    if (container?.state.is !== 'waiting') continue;
    const { reason, message } = container.state;
    if (reason !== undefined) return { name: container.name, reason, message };
  }
  return undefined;
}

function lastWarning({ events }: Evidence): string | undefined {
  const warnings = events.filter((event) => event.type === 'Warning');
  const last = warnings.toSorted((a, b) => (a.lastAt ?? 0) - (b.lastAt ?? 0)).at(-1);
  return last === undefined ? undefined : `Last event: ${last.reason} ${quote(last.message) ?? ''}`;
}

function tasksSentence({ transcript }: Evidence): string | undefined {
  const count = transcript.outstandingTasks.length;
  if (count === 0 || transcript.result === undefined) return undefined;
  return `There was an interim result, and ${count} background task(s) were outstanding`;
}

/** A lost node may run on: nobody can stop a process that nobody reaches. */
function survivorSentence({ cause, evidence }: Told): string | undefined {
  const { container } = evidence;
  if (container.known === 'unreachable' || (container.known === 'terminated' && !container.guess)) return undefined;
  if (cause !== 'node_lost' && cause !== 'tainted' && container.known !== 'running') return undefined;
  return 'The process may still run; nothing was deleted by force';
}

function logSentence({ log, at }: Evidence): string | undefined {
  if (log.complete && log.gaps.length === 0) return undefined;
  const gaps = log.gaps.length === 0 ? 'its end is not proven' : `${log.gaps.length} gap(s)`;
  return `The log has ${log.lines} line(s), ${gaps}, the last line ${ago(log.lastLineAt, at)}`;
}

/** Claude's own words about its failure, with the API's status, the retries and the moment a limit resets. */
function claudeSays({ transcript }: Evidence): string | undefined {
  const { result, apiRetries, rateLimit } = transcript;
  if (result === undefined) return undefined;
  const words = quote(result.errors.length > 0 ? result.errors.join('; ') : result.text) ?? 'nothing';
  const subtype = result.subtype === 'success' ? '' : ` (${result.subtype})`;
  return [
    `Claude says ${words}${subtype}`,
    result.apiErrorStatus === undefined ? undefined : `API status ${result.apiErrorStatus}`,
    apiRetries.length === 0 ? undefined : `after ${apiRetries.length} retries`,
    rateLimit?.resetsAt === undefined ? undefined : `the limit resets at ${isoSeconds(rateLimit.resetsAt)}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function isoSeconds(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an unreadable time' : date.toISOString();
}

function remedyFor({ code, cause }: Told): string {
  return cause === null || cause === 'unknown' ? failures[code].remedy : causes[cause].remedy;
}

function sentence(text: string): string {
  return text === '' || /[.!?…]$/.test(text) ? text : `${text}.`;
}
