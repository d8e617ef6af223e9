import type { Evidence } from '../run/evidence.ts';
import { endedUnseen, exitCodeOf, outsideKill, provenEnd, signalOf } from './ending.ts';
import { oneLine } from './quote.ts';
import { ago } from './sentence.ts';
import type { FailureCode } from './table.ts';

/** Remarks beside the verdict: those of the run itself, then what the evidence adds. `null` is a success. */
export function notesOn(code: FailureCode | null, evidence: Evidence): readonly string[] {
  const onSuccess = code === null ? successNotes.map((note) => note(evidence)) : [];
  const always = commonNotes.map((note) => note(evidence));
  const own = [...onSuccess, ...always].filter((text) => text !== undefined);
  return [...new Set([...evidence.notes.map(oneLine), ...own])];
}

type Note = (evidence: Evidence) => string | undefined;

const successNotes: readonly Note[] = [
  childOom,
  killedAfterResult,
  cancelledAfterResult,
  timedOutAfterResult,
  jobDeletedAfterResult,
  endNotSeen,
  tasksLeft,
];

const commonNotes: readonly Note[] = [hungAfterResult, unseen, logGaps, tailUnproven];

function childOom(evidence: Evidence): string | undefined {
  const end = provenEnd(evidence.container);
  if (end?.reason !== 'OOMKilled' || end.exitCode === 137) return undefined;
  return 'oom_killed: the kernel killed a child process for want of memory; Claude went on and finished';
}

function killedAfterResult(evidence: Evidence): string | undefined {
  const code = exitCodeOf(evidence);
  if (code === null || code === 0) return undefined;
  return `the container ended with exit code ${code} (${signalOf(code) ?? 'no signal'}) after the result: ${outsideKill(evidence)}`;
}

function hungAfterResult({ stop }: Evidence): string | undefined {
  if (stop?.why !== 'hung_after_result') return undefined;
  return `Claude printed its result and did not exit; the pod was stopped after ${stop.silentSec} s of silence`;
}

function cancelledAfterResult({ stop }: Evidence): string | undefined {
  if (stop?.why !== 'cancelled') return undefined;
  return `the run was cancelled after its result (${oneLine(stop.reason)})`;
}

function timedOutAfterResult({ stop }: Evidence): string | undefined {
  if (stop?.why !== 'timeout' && stop?.why !== 'stalled') return undefined;
  return 'the time of the run was over after its result';
}

function jobDeletedAfterResult({ jobLoss, jobName }: Evidence): string | undefined {
  if (jobLoss === undefined || jobLoss.by === 'self') return undefined;
  const by = jobLoss.by === 'ttl' ? 'by the TTL controller' : 'from outside';
  return `Job ${jobName} was deleted ${by} after the result (seen by ${jobLoss.route})`;
}

function endNotSeen({ container }: Evidence): string | undefined {
  if (container.known === 'terminated') return undefined;
  return `the end of the container was not seen (${container.known}); the result was`;
}

function tasksLeft({ transcript }: Evidence): string | undefined {
  const count = transcript.outstandingTasks.length;
  return count === 0 ? undefined : `Claude left with ${count} background task(s) still running`;
}

/** A Job that is gone, or has ended, may have had a pod that nobody saw. */
function unseen(evidence: Evidence): string | undefined {
  const { job, jobLoss, pod, log, stop, agentStarted } = evidence;
  if (job === undefined || job.suspended || agentStarted || log.lines > 0) return undefined;
  if (pod !== undefined && evidence.container.known !== 'unreachable' && !endedUnseen(evidence)) return undefined;
  const over = jobLoss !== undefined || endedUnseen(evidence) || (stop !== undefined && stop.why !== 'handed_over');
  if (!over) return undefined;
  const what = pod === undefined ? 'no pod of the Job was seen' : 'the container was not seen after it was waiting';
  return `log_gap: ${what}; whether it had begun, and what it printed, is not known`;
}

function logGaps({ log }: Evidence): string | undefined {
  const [first] = log.gaps;
  if (first === undefined) return undefined;
  const where = `${first.after ?? 'the start'} to ${first.before ?? 'the end'}`;
  return `log_gap: ${log.gaps.length} gap(s) in the log, the first from ${where} (${oneLine(first.why)})`;
}

function tailUnproven({ log, container, transcript, at, agentStarted, stop }: Evidence): string | undefined {
  const stopped = stop !== undefined && stop.why !== 'handed_over';
  const goesOn = container.known === 'never_started' || (container.known === 'running' && !stopped);
  if (log.complete || log.gaps.length > 0 || goesOn) return undefined;
  if (transcript.lines === 0) return agentStarted ? 'log_gap: none of its output was read' : undefined;
  return `the last lines of the log could not be proven complete; the last one seen came ${ago(log.lastLineAt, at)}`;
}
