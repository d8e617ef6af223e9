import { type Answer, type ApiFault, isTransient } from '../answer.ts';
import type { Stop } from '../evidence.ts';
import { losePod } from '../facts.ts';
import { backoff, limit } from '../limits.ts';
import { isLost, lostWakeAt } from '../lost-node.ts';
import { askNow, awaiting, change, type Draft, enter, type Held, isDue } from '../run.ts';
import type { PodSnapshot } from '../snapshot.ts';
import { timeOverAt } from '../time-limit.ts';
import { conclude, lookUp } from './settle.ts';

/** Stops the run: our mark on the Job, then its deletion, then waiting until the pod is really gone. The first reason stays. */
export function halt(draft: Draft, stop: Stop): void {
  const { run, at } = draft;
  if (run.stop !== undefined || run.phase.name === 'cleanup' || run.phase.name === 'ended') return;
  change(draft, { stop });
  const step = run.patchAllowed ? 'mark' : 'delete';
  enter(draft, { name: 'cancel', step, asking: askNow(at), told: false }, stop.why);
  driveHalt(draft);
}

export function driveHalt(draft: Draft): void {
  const { phase, facts, stop } = draft.run;
  if (phase.name !== 'cancel' || stop === undefined) return;
  if (isTimeOver(draft)) return giveUp(draft);
  if (facts.job === undefined || facts.jobGone !== undefined) {
    if (phase.step !== 'wait')
      change(draft, { phase: { ...phase, step: 'wait', asking: askNow(draft.at + limit.recheck) } });
    return awaitEnd(draft);
  }
  if (phase.step === 'wait') return awaitEnd(draft);
  if (phase.asking.tries > 0 && hasEnded(draft.run))
    return lookUp(draft, 'the container ended before it could be stopped');
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
    const asking = askNow(gone ? draft.at + limit.recheck : draft.at);
    change(draft, { phase: { ...phase, step: gone ? 'wait' : 'delete', asking } });
    return driveHalt(draft);
  }
  const { fault } = answer;
  const refused = !isTransient(fault) && fault.kind !== 'conflict';
  const told = phase.told || (refused && phase.step === 'delete');
  if (told && !phase.told) tellRefusal(draft, fault);
  // Without its mark the deletion still has to happen; a Job that is no longer ours is shown by the next snapshot.
  const step = refused ? 'delete' : phase.step;
  const dueAt = draft.at + backoff(phase.asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
  change(draft, { phase: { ...phase, step, told, asking: { ...phase.asking, dueAt } } });
}

/** Said once: whoever stopped the run should know that it goes on. */
function tellRefusal(draft: Draft, fault: ApiFault): void {
  const text = `warning: the run can not be stopped, ${fault.call} failed (${fault.message}); it is tried again until the container ends`;
  draft.effects.push({ do: 'say', text });
}

/** The stop has happened when the pod is gone, or was never there, or can no longer tell. */
function awaitEnd(draft: Draft): void {
  const { facts, follow } = draft.run;
  if (facts.pod === undefined) {
    if (facts.jobGone !== undefined) conclude(draft, 'no pod was there');
  } else if (facts.podGone !== undefined) {
    if (facts.end === undefined || follow.state !== 'reading') lookUp(draft, 'the pod is gone');
  } else if (facts.jobGone !== undefined && facts.pod.deletionAt === undefined && hasEnded(draft.run)) {
    // The Job was deleted without its pod: nobody will remove that.
    lookUp(draft, 'the container ended by itself');
  } else if (isLost(draft)) {
    lookUp(draft, 'the node no longer reports the pod');
  }
  recheck(draft);
}

/** Now and then the pods are asked for: what came and went before the watch began is shown by none. */
function recheck(draft: Draft): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'cancel' || phase.step !== 'wait' || !isDue(phase.asking, draft.at)) return;
  if (facts.job === undefined) return;
  draft.effects.push({ do: 'read_pods', jobUid: facts.job.uid });
  change(draft, { phase: { ...phase, asking: awaiting(phase.asking) } });
}

/** The pods as they are; a fault says nothing, and is asked again. */
export function rechecked(draft: Draft, pods: readonly PodSnapshot[] | undefined): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'cancel' || phase.step !== 'wait') return;
  change(draft, { phase: { ...phase, asking: { ...phase.asking, dueAt: draft.at + limit.recheck } } });
  if (pods === undefined || pods.some(({ uid }) => uid === facts.pod?.uid)) return;
  if (facts.pod === undefined) return conclude(draft, 'no pod was there');
  change(draft, { facts: losePod(facts, facts.pod.uid, undefined, 'recheck-poll-404', draft.at) });
}

function hasEnded({ facts, follow }: Held): boolean {
  return facts.end !== undefined && follow.state !== 'reading';
}

/** The API is away and the time of the run is over, its grace included: nothing more can be done or learnt. */
function isTimeOver({ run, at }: Draft): boolean {
  const { phase } = run;
  const underWay =
    phase.name === 'cancel' && phase.step !== 'wait' && (phase.asking.dueAt === undefined || phase.asking.tries === 0);
  return !underWay && at >= awayUntil(run);
}

function awayUntil(run: Held): number {
  const { facts, request } = run;
  if (facts.apiDown === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(timeOverAt(run), facts.apiDown.since + request.limits.graceSec * 1000);
}

function giveUp(draft: Draft): void {
  change(draft, { lookup: 'unreachable' });
  conclude(draft, 'the time of the run is over and the API does not answer');
}

/** While a request is under way, or waits for its next try, that comes first. */
export function haltWakeAt(run: Held): number | undefined {
  if (run.phase.name !== 'cancel' || run.phase.step !== 'wait') return undefined;
  const never = Number.POSITIVE_INFINITY;
  return Math.min(lostWakeAt(run) ?? never, awayUntil(run), run.phase.asking.dueAt ?? never);
}
