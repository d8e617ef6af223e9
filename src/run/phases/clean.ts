import { label } from '../../manifest/labels.ts';
import type { Answer } from '../answer.ts';
import { isTransient } from '../answer.ts';
import { backoff, limit } from '../limits.ts';
import type { Outcome } from '../outcome.ts';
import { askNow, awaiting, change, type Draft, isDue } from '../run.ts';
import type { JobSnapshot } from '../snapshot.ts';

/** Marks and removes the Job, or leaves it, as the rules allow. Nothing here changes the verdict. */
export function beginCleanup(draft: Draft, outcome: Outcome): void {
  const { run, at } = draft;
  const keep = whyKept(draft, outcome);
  if (keep !== undefined) return finish(draft, { ...outcome, job: keep });
  draft.transitions.push({ type: 'phase_entered', at, phase: 'cleanup', why: 'the verdict is known' });
  const step = run.patchAllowed ? 'mark' : run.request.retainJobs ? undefined : 'delete';
  if (step === undefined) return left(draft, 'retained', outcome);
  change(draft, { phase: { name: 'cleanup', step, asking: askNow(at), outcome } });
  driveCleanup(draft);
}

function whyKept({ run }: Draft, outcome: Outcome): Outcome['job'] | undefined {
  const { facts, request, stop } = run;
  if (facts.job === undefined) return 'none';
  if (stop?.why === 'handed_over') return facts.job.labels[label.runId] === request.runId ? 'left_running' : 'not_ours';
  if (run.deletedAt !== undefined) return 'deleted';
  if (facts.jobGone !== undefined) return facts.jobLoss?.by === 'self' ? 'deleted' : 'none';
  if (facts.job.labels[label.runId] !== request.runId) return 'not_ours';
  // Whatever may still be running is never killed by a guess.
  return outcome.evidence.container.known === 'running' || outcome.evidence.container.known === 'unreachable'
    ? 'left_running'
    : undefined;
}

export function driveCleanup(draft: Draft): void {
  const { phase, facts, request } = draft.run;
  if (phase.name !== 'cleanup' || !isDue(phase.asking, draft.at) || facts.job === undefined) return;
  const verdict = phase.outcome.verdict.code ?? 'success';
  const reason = `run ended: ${verdict}`;
  switch (phase.step) {
    case 'mark':
      draft.effects.push({
        do: 'conclude_job',
        job: facts.job,
        verdict,
        ttlSeconds: request.limits.ttlSecondsAfterFinished,
        deleting: request.retainJobs ? undefined : reason,
      });
      break;
    case 'delete':
      draft.effects.push({ do: 'delete_job', job: facts.job, reason });
      break;
    case 'reread':
      draft.effects.push({ do: 'read_job', name: facts.job.name });
      break;
  }
  change(draft, { phase: { ...phase, asking: awaiting(phase.asking) } });
}

/** The answer to whatever the clean-up asked. A conflict means that the Job changed: it is read and looked at again. */
export function cleaned(draft: Draft, answer: Answer<JobSnapshot | 'concluded' | 'deleted'>): void {
  const { phase } = draft.run;
  if (phase.name !== 'cleanup') return;
  if (answer.ok) return onward(draft, answer.value);
  const { fault } = answer;
  if (fault.kind === 'not_found') return left(draft, phase.step === 'delete' ? 'deleted' : 'none', phase.outcome);
  if (phase.asking.tries < limit.cleanupTries && (isTransient(fault) || fault.kind === 'conflict')) {
    const step = fault.kind === 'conflict' ? 'reread' : phase.step;
    const dueAt = draft.at + backoff(phase.asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
    return change(draft, { phase: { ...phase, step, asking: { ...phase.asking, dueAt } } });
  }
  draft.transitions.push({ type: 'cleanup_failed', at: draft.at, call: fault.call, fault: fault.kind });
  draft.effects.push({
    do: 'say',
    text: `warning: ${fault.call} failed (${fault.message}); the Job is left to its time-to-live`,
  });
  left(draft, 'cleanup_failed', phase.outcome);
}

function onward(draft: Draft, value: JobSnapshot | 'concluded' | 'deleted'): void {
  const { phase, request, facts } = draft.run;
  if (phase.name !== 'cleanup') return;
  if (value === 'deleted') {
    draft.transitions.push({ type: 'job_deleted', at: draft.at, by: 'self', route: 'own-delete' });
    return left(draft, 'deleted', phase.outcome);
  }
  if (value === 'concluded') {
    if (request.retainJobs) return left(draft, 'retained', phase.outcome);
    change(draft, { phase: { ...phase, step: 'delete', asking: askNow(draft.at) } });
  } else {
    if (value.uid !== facts.job?.uid) return left(draft, 'none', phase.outcome);
    if (value.labels[label.runId] !== request.runId) return left(draft, 'not_ours', phase.outcome);
    change(draft, { facts: { ...facts, job: value } });
    change(draft, { phase: { ...phase, step: 'mark', asking: { ...phase.asking, dueAt: draft.at } } });
  }
  driveCleanup(draft);
}

function left(draft: Draft, job: Outcome['job'], outcome: Outcome): void {
  draft.transitions.push({ type: 'phase_left', at: draft.at, phase: 'cleanup', why: job, error: undefined });
  finish(draft, { ...outcome, job });
}

/** The process goes away in the middle of it: nothing more is marked or deleted, and the holder lets go. */
export function leave(draft: Draft): void {
  const { phase, facts, patchAllowed } = draft.run;
  if (phase.name !== 'cleanup') return;
  if (patchAllowed && facts.job !== undefined) draft.effects.push({ do: 'release_holder', job: facts.job });
  left(draft, 'left_running', phase.outcome);
}

function finish(draft: Draft, outcome: Outcome): void {
  draft.effects.push({ do: 'unwatch' });
  draft.transitions.push({ type: 'run_ended', at: draft.at, outcome });
  draft.effects.push({ do: 'finish', outcome });
  change(draft, { phase: { name: 'ended' } });
}
