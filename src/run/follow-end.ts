import type { ApiFault } from './answer.ts';
import { anchorOf } from './cursor.ts';
import { type Attempt, endAttempt, type Follow, type FollowStep, giveUp, type LogView, reconnect } from './follow.ts';
import { backoff, limit } from './limits.ts';
import type { LogEnd } from './observation.ts';
import type { LogLine } from './snapshot.ts';
import type { ReconnectReason } from './transition.ts';

export interface Ended {
  at: number;
  how: LogEnd;
  fault: ApiFault | undefined;
  /** An unfinished line that was not delivered. */
  kept: LogLine | undefined;
}

/**
 * An attempt is over. That says nothing about the container: a kubelet restart ends a follow exactly as an exit does. Only
 * a read of an ended container's log that finds the last line and adds none proves the log complete.
 */
export function endOfAttempt(follow: Follow, open: Attempt, view: LogView, seen: Ended): FollowStep {
  const error = seen.how === 'clean' || seen.how === 'closed' ? undefined : (seen.fault?.message ?? seen.how);
  const ended = endAttempt(follow, open, seen.how, error, seen.at);
  const then = afterwards(ended.follow, open, view, seen);
  return {
    follow: then.follow,
    effects: then.effects,
    transitions: [...ended.transitions, ...then.transitions],
  };
}

function afterwards(follow: Follow, open: Attempt, view: LogView, { at, how, fault, kept }: Ended): FollowStep {
  switch (how) {
    case 'clean':
      if (open.follow) return reconnect(follow, 'ended', view.endSeenAt === undefined ? limit.logRecheck : 0, at);
      if (!open.final) return answered(follow, open, at);
      if (kept !== undefined) return retry({ ...follow, unfinished: kept }, 'fragment', fault, at);
      return open.lines > 0 ? reconnect(follow, 'gap_check', 0, at) : proven(follow, open, at);
    case 'closed':
      return retry(follow, 'ended', fault, at);
    case 'reset':
      return retry(follow, 'reset', fault, at);
    case 'refused':
      return refused(follow, view, fault, at);
  }
}

/** A read that ended by itself while the container lives: what it brought says whether there was silence. */
function answered(follow: Follow, open: Attempt, at: number): FollowStep {
  const silence = open.lines > 0 ? ({ is: 'unasked' } as const) : ({ is: 'proven', at } as const);
  return reconnect({ ...follow, silence, failures: 0 }, 'gap_check', 0, at);
}

function proven(follow: Follow, open: Attempt, at: number): FollowStep {
  if (anchorOf(open.began) !== undefined && !open.resume.anchorSeen) {
    // Of a pod that is going away the kubelet answers 200 with words of its own, or with nothing.
    const empty = open.lines + open.duplicates === 0;
    return giveUp(follow, empty ? 'the log is no longer there' : 'the last line read before is no longer in it', at);
  }
  const account = { ...follow.account, complete: true };
  return { follow: { ...follow, state: 'complete', account }, effects: [], transitions: [] };
}

/** The kubelet removes an ended container's log at its own time: refused long enough, while the API answers, it is gone. */
function refused(follow: Follow, view: LogView, fault: ApiFault | undefined, at: number): FollowStep {
  const answered = fault !== undefined && fault.kind !== 'unreachable' && fault.kind !== 'throttled';
  if (view.endSeenAt === undefined || !answered) {
    const missingSince = fault?.kind === 'not_found' ? (follow.missingSince ?? at) : undefined;
    return retry({ ...follow, refusedSince: undefined, missingSince }, 'refused', fault, at);
  }
  const since = follow.refusedSince ?? at;
  if (at - since >= limit.finalRead) return giveUp(follow, fault.message, at);
  return retry({ ...follow, refusedSince: since }, 'refused', fault, at);
}

function retry(follow: Follow, reason: ReconnectReason, fault: ApiFault | undefined, at: number): FollowStep {
  const failures = follow.failures + 1;
  const delay = backoff(failures, limit.logBackoffFirst, limit.logBackoffMax, fault?.retryAfterMs);
  return reconnect({ ...follow, failures }, reason, delay, at);
}
