import { type ApiFault, isTransient } from '../answer.ts';
import { isQueued, withoutPod } from '../facts.ts';
import { backoff, limit } from '../limits.ts';
import { isFinished } from '../loss.ts';
import { awaitStart } from '../patience.ts';
import { askNow, awaiting, change, type Draft, enter, isDue, type Look } from '../run.ts';
import { isPulling, startFault } from '../start-fault.ts';
import { conclude, found, lookUp, verify } from './settle.ts';

/** Until the agent's container has started or ended, or can be said never to. */
export function driveSchedule(draft: Draft): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'schedule') return;
  if (facts.agentStarted || facts.end !== undefined)
    return enter(draft, { name: 'stream' }, 'the container has started');
  if (facts.jobGone !== undefined && (facts.pod === undefined || facts.podGone !== undefined)) {
    return verify(draft, facts.jobGone, 'the Job is gone');
  }
  if (isQueued(facts)) {
    // The Job controller has taken the pod away: the next turn brings another one.
    if (facts.podGone !== undefined) change(draft, { facts: withoutPod(facts) });
  } else if (facts.podGone !== undefined) {
    return verify(draft, facts.podGone, 'the pod is gone');
  } else if (facts.pod?.phase === 'Failed' || facts.pod?.phase === 'Succeeded') {
    return lookUp(draft, 'the pod ended before the container started');
  }
  awaitPod(draft);
}

/** Nothing has ended: what is waited for is told, and how long it may take. */
function awaitPod(draft: Draft): void {
  const { phase, facts, events } = draft.run;
  if (phase.name !== 'schedule') return;
  if (facts.pod === undefined && facts.job !== undefined && isFinished(facts.job)) {
    return lookUp(draft, 'the Job has ended and no pod of it was seen');
  }
  tellWaiting(draft);
  askEvents(draft);
  const fault = startFault(facts.pod, events);
  const pulling = facts.pod !== undefined && isPulling(events, facts.pod.uid);
  const { patience, answer } = awaitStart(
    phase.patience,
    { job: facts.job, pod: facts.pod, fault, pulling, blindSince: facts.apiDown?.since },
    draft.at,
  );
  if (draft.run.phase.name === 'schedule') change(draft, { phase: { ...draft.run.phase, patience } });
  if (answer.is === 'waiting') return forgetLook(draft);
  if (!answer.timedOut) return conclude(draft, fault?.detail ?? 'it can not start');
  if (!lookedAgain(draft)) return;
  // The watches have shown nothing at all: the Job may be gone, and what was of it.
  if (facts.pod === undefined)
    return verify(draft, 'recheck-poll-404', 'it did not start in time, and no pod was seen');
  conclude(draft, 'it did not start in time');
}

/** The patience began anew or stands still: when it is over again, one more look is taken. One that is due must not wake the run until then. */
function forgetLook(draft: Draft): void {
  const { phase } = draft.run;
  if (phase.name === 'schedule' && phase.look.is !== 'not_yet')
    change(draft, { phase: { ...phase, look: { is: 'not_yet' } } });
}

/** Whether what is known of the pod and its events was asked for after the time was over; asks when it was not. */
function lookedAgain(draft: Draft): boolean {
  const { phase, facts } = draft.run;
  if (phase.name !== 'schedule' || facts.job === undefined || phase.look.is === 'taken') return true;
  if (phase.look.is === 'events') return false;
  const first = phase.look.is === 'not_yet';
  const asking = phase.look.is === 'asking' ? phase.look.asking : askNow(draft.at);
  if (!isDue(asking, draft.at)) return false;
  draft.effects.push({ do: 'read_pods', jobUid: facts.job.uid });
  const events = phase.look.is === 'asking' ? phase.look.events : 'asked';
  change(draft, { phase: { ...phase, look: { is: 'asking', asking: awaiting(asking), events } } });
  if (first) listEvents(draft);
  return false;
}

export function looked(draft: Draft, fault: ApiFault | undefined): void {
  const { phase } = draft.run;
  if (phase.name !== 'schedule' || phase.look.is !== 'asking') return;
  const { asking, events } = phase.look;
  if (fault === undefined) {
    return change(draft, { phase: { ...phase, look: { is: events === 'told' ? 'taken' : 'events' } } });
  }
  if (!isTransient(fault)) return found(draft, 'unreachable', fault);
  const dueAt = draft.at + backoff(asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
  change(draft, { phase: { ...phase, look: { is: 'asking', asking: { ...asking, dueAt }, events } } });
}

/** Each reason for waiting is told once, as it changes. */
function tellWaiting(draft: Draft): void {
  const { phase, facts, request } = draft.run;
  if (phase.name !== 'schedule') return;
  const state = facts.pod?.agent?.state;
  const unscheduled = facts.pod?.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const queued = facts.job?.suspended === true;
  const reason = queued
    ? 'queued'
    : state?.is === 'waiting'
      ? (state.reason ?? unscheduled?.reason)
      : unscheduled?.reason;
  if (reason === undefined || reason === phase.told) return;
  const message = state?.is === 'waiting' && state.message !== undefined ? state.message : unscheduled?.message;
  draft.transitions.push(
    queued
      ? { type: 'queued', at: draft.at, queue: facts.job?.queue }
      : { type: 'waiting', at: draft.at, reason, message },
  );
  draft.effects.push({
    do: 'say',
    text: `${facts.job?.name ?? request.jobName}: ${reason}${message ? `: ${message}` : ''}`,
  });
  change(draft, {
    phase: {
      ...phase,
      told: reason,
      // The first list is still to come: events appear a moment after what they tell of.
      events: phase.events.tries === 0 ? phase.events : { ...phase.events, dueAt: draft.at },
    },
  });
}

/** Events are asked for, never watched: soon after the create, at each change of the reason, and before a verdict rests on them. */
function askEvents(draft: Draft): void {
  const { phase } = draft.run;
  if (phase.name === 'schedule' && isDue(phase.events, draft.at)) listEvents(draft);
}

function listEvents(draft: Draft): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'schedule' || facts.job === undefined) return;
  draft.effects.push({ do: 'list_events', jobUid: facts.job.uid, podUid: facts.pod?.uid });
  change(draft, { phase: { ...phase, events: awaiting(phase.events) } });
}

/** Told, or refused: what comes next depends on what they say. */
export function eventsAnswered(draft: Draft): void {
  const { phase, facts, events } = draft.run;
  if (phase.name !== 'schedule') return;
  const suspect = startFault(facts.pod, events)?.fatal === 'again';
  const pulling = facts.pod !== undefined && isPulling(events, facts.pod.uid);
  const again = suspect ? limit.suspect : pulling ? limit.pullCheck : undefined;
  const dueAt = again === undefined ? undefined : draft.at + again;
  const { look } = phase;
  const told: Look = look.is === 'events' ? { is: 'taken' } : look.is === 'asking' ? { ...look, events: 'told' } : look;
  change(draft, { phase: { ...phase, events: { ...phase.events, dueAt }, look: told } });
}
