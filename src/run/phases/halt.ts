import { type Answer, isTransient } from '../answer.ts';
import type { Stop } from '../evidence.ts';
import { backoff, limit } from '../limits.ts';
import { askNow, awaiting, change, type Draft, enter, isDue } from '../run.ts';
import { conclude, isUnreachable, lookUp } from './settle.ts';

/** Stops the run: our mark on the Job, then its deletion, then waiting until the pod is really gone. The first reason stays. */
export function halt(draft: Draft, stop: Stop): void {
  const { run, at } = draft;
  if (run.stop !== undefined || run.phase.name === 'cleanup' || run.phase.name === 'ended') return;
  change(draft, { stop });
  const step = run.patchAllowed ? 'mark' : 'delete';
  enter(draft, { name: 'cancel', step, asking: askNow(at), since: at }, stop.why);
  driveHalt(draft);
}

export function driveHalt(draft: Draft): void {
  const { phase, facts, stop } = draft.run;
  if (phase.name !== 'cancel' || stop === undefined) return;
  if (facts.job === undefined || facts.jobGone !== undefined) {
    if (phase.step !== 'wait') change(draft, { phase: { ...phase, step: 'wait' } });
    return awaitEnd(draft);
  }
  if (phase.step === 'wait') return awaitEnd(draft);
  if (!isDue(phase.asking, draft.at)) return;
  const reason = `run stopped: ${stop.why}`;
  draft.effects.push(
    phase.step === 'mark'
      ? {
          do: 'conclude_job',
          job: facts.job,
          verdict: stop.why,
          ttlSeconds: draft.run.request.limits.ttlSecondsAfterFinished,
          deleting: reason,
        }
      : { do: 'delete_job', job: facts.job, reason },
  );
  change(draft, { phase: { ...phase, asking: awaiting(phase.asking) } });
}

/** The answer to the mark or the deletion. A stop that was asked for is not given up: a fault is asked again, with a pause. */
export function halted(draft: Draft, answer: Answer<'concluded' | 'deleted'>): void {
  const { phase } = draft.run;
  if (phase.name !== 'cancel') return;
  if (answer.ok || answer.fault.kind === 'not_found') {
    const gone = !answer.ok || answer.value === 'deleted';
    if (answer.ok && gone) {
      draft.transitions.push({ type: 'job_deleted', at: draft.at, by: 'self', route: 'own-delete' });
      change(draft, { deletedAt: draft.at });
    }
    change(draft, { phase: { ...phase, step: gone ? 'wait' : 'delete', asking: askNow(draft.at) } });
    return driveHalt(draft);
  }
  const { fault } = answer;
  // Without its mark the deletion still has to happen; a Job that is no longer ours is shown by the next snapshot.
  const step = isTransient(fault) || fault.kind === 'conflict' ? phase.step : 'delete';
  const dueAt = draft.at + backoff(phase.asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
  change(draft, { phase: { ...phase, step, asking: { ...phase.asking, dueAt } } });
}

/** The stop has happened when the pod is gone, or was never there, or can no longer tell. */
function awaitEnd(draft: Draft): void {
  const { facts, follow } = draft.run;
  if (facts.pod === undefined) {
    if (facts.jobGone !== undefined) conclude(draft, 'no pod was there');
  } else if (facts.podGone !== undefined) {
    if (facts.end === undefined || follow.state !== 'reading') lookUp(draft, 'the pod is gone');
  } else if (isUnreachable(facts, draft.at)) {
    lookUp(draft, 'the node no longer reports the pod');
  }
}
