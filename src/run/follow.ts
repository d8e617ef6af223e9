import { anchorOf, emptyWindow, freshResume, parseCursor, type Resume, sinceOf, type Window } from './cursor.ts';
import type { Effect } from './effect.ts';
import type { LogAccount } from './evidence.ts';
import { backoff, limit } from './limits.ts';
import type { LogLine } from './snapshot.ts';
import type { AttemptEnd, ReconnectReason, Transition } from './transition.ts';

/** One open read of the log. */
export interface Attempt {
  number: number;
  /** A read that follows, or one that ends by itself to prove the log complete. */
  follow: boolean;
  /** It was opened after the container's end was seen: only then is what it gives the whole log. */
  final: boolean;
  /** What had been delivered when it was opened, and how much of that it has given again. */
  began: Window;
  resume: Resume;
  /** It still gives what lies before a cursor; `recalled` counts those lines. */
  recalling: boolean;
  recalled: number;
  lastByteAt: number;
  lines: number;
  bytes: number;
  duplicates: number;
}

/** The reading of one container's log, over any number of attempts. At most one is open. */
export interface Follow {
  window: Window;
  /** Another process delivered what lies before its cursor: the next read starts from the beginning, to know what was said. */
  recalling: boolean;
  open: Attempt | undefined;
  /** When to open the next attempt, and why it is one more; `reason` is undefined for the first. */
  next: { at: number; reason: ReconnectReason | undefined };
  /** Attempts in a row that brought nothing. */
  failures: number;
  /** What the last whole read left unfinished, kept back: a line of the container's, or one that the network has cut. */
  unfinished: LogLine | undefined;
  /** First of an unbroken row of refusals of an ended container's log. */
  refusedSince: number | undefined;
  /** Since when the API says that there is no such pod, of a container that is not known to have ended. */
  missingSince: number | undefined;
  /** `lost`: the container has ended and its log can no longer be read to the end. */
  state: 'reading' | 'complete' | 'lost';
  /**
   * Whether the container is really silent. A stream that brings nothing may be dead: only a read that ends by itself, and
   * brings nothing new, proves it.
   */
  silence: { is: 'unasked' } | { is: 'asked' } | { is: 'proven'; at: number };
  account: LogAccount;
}

/** What the reading needs to know of the container. */
export interface LogView {
  pod: string | undefined;
  /** Started or ended: before that there is no log. */
  readable: boolean;
  endSeenAt: number | undefined;
  podGone: boolean;
}

export interface FollowStep {
  follow: Follow;
  effects: readonly Effect[];
  transitions: readonly Transition[];
}

const noAccount: LogAccount = {
  lines: 0,
  bytes: 0,
  duplicates: 0,
  attempts: 0,
  complete: false,
  gaps: [],
  lastLineAt: undefined,
};

/** A log not read yet; `cursor` continues where another process stopped, and an unreadable one starts from the beginning. */
export function newFollow(cursor: string | undefined, at: number): Follow {
  const window = cursor === undefined ? undefined : parseCursor(cursor);
  return {
    window: window ?? emptyWindow,
    recalling: window !== undefined,
    open: undefined,
    next: { at, reason: undefined },
    failures: 0,
    unfinished: undefined,
    refusedSince: undefined,
    missingSince: undefined,
    state: 'reading',
    silence: { is: 'unasked' },
    account: noAccount,
  };
}

/** Level-based: opens, reopens or gives up whatever is due at this moment. */
export function driveFollow(follow: Follow, view: LogView, at: number): FollowStep {
  if (follow.state !== 'reading') return still(follow);
  if (view.podGone) return giveUp(follow, 'the pod is gone', at);
  const open = follow.open;
  const watched =
    open === undefined
      ? still(follow)
      : open.follow && follow.silence.is === 'asked'
        ? leave(follow, open, 'closed', 'gap_check', at)
        : watchOver(follow, open, view, at);
  if (watched.follow.open !== undefined || !view.readable || view.pod === undefined) return watched;
  if (at < dueAt(watched.follow, view)) return watched;
  const following = view.endSeenAt === undefined && watched.follow.silence.is !== 'asked';
  const opened = openAttempt(watched.follow, view, following, at);
  return {
    follow: opened.follow,
    effects: [...watched.effects, ...opened.effects],
    transitions: [...watched.transitions, ...opened.transitions],
  };
}

/** The next moment at which `driveFollow` may have something to do. */
export function followWakeAt(follow: Follow, view: LogView): number | undefined {
  if (follow.state !== 'reading' || !view.readable) return undefined;
  const open = follow.open;
  // The follow gives way to a read that ends by itself: at once.
  if (open?.follow === true && follow.silence.is === 'asked') return open.lastByteAt;
  return open === undefined ? dueAt(follow, view) : Math.min(open.lastByteAt + limit.logIdle, lingerUntil(open, view));
}

/** The pause after a clean end is for the report of the exit: once that is here, nothing is waited for. */
function dueAt({ next, failures }: Follow, { endSeenAt }: LogView): number {
  if (endSeenAt === undefined || next.reason !== 'ended' || failures > 0) return next.at;
  return Math.min(next.at, endSeenAt);
}

export function still(follow: Follow): FollowStep {
  return { follow, effects: [], transitions: [] };
}

function openAttempt(follow: Follow, { pod = '', endSeenAt }: LogView, following: boolean, at: number): FollowStep {
  const number = follow.account.attempts + 1;
  const since = follow.recalling ? undefined : sinceOf(follow.window);
  const open: Attempt = {
    number,
    follow: following,
    final: endSeenAt !== undefined,
    began: follow.window,
    resume: freshResume,
    recalling: follow.recalling,
    recalled: 0,
    lastByteAt: at,
    lines: 0,
    bytes: 0,
    duplicates: 0,
  };
  return {
    follow: { ...follow, open, account: { ...follow.account, attempts: number } },
    effects: [{ do: 'open_log', attempt: number, pod, since, follow: following }],
    transitions: [
      ...(follow.next.reason === undefined ? [] : [{ type: 'reconnect_ended', at } as const]),
      { type: 'attempt_started', at, attempt: number, follow: following, since },
    ],
  };
}

/** A silent stream may be dead without a word; reopening it from the cursor costs one request and loses nothing. */
function watchOver(follow: Follow, open: Attempt, view: LogView, at: number): FollowStep {
  if (at < Math.min(open.lastByteAt + limit.logIdle, lingerUntil(open, view))) return still(follow);
  if (open.follow) return leave(follow, open, 'idle', 'idle', at);
  // A read that should have ended by itself: the endpoint fails.
  const failures = follow.failures + 1;
  const delay = backoff(failures, limit.logBackoffFirst, limit.logBackoffMax, undefined);
  return leave({ ...follow, failures }, open, 'idle', 'idle', at, delay);
}

/** Ends an attempt of our own accord. */
function leave(
  follow: Follow,
  open: Attempt,
  how: AttemptEnd,
  reason: ReconnectReason,
  at: number,
  delay = 0,
): FollowStep {
  const ended = endAttempt(follow, open, how, undefined, at);
  const again = reconnect(ended.follow, reason, delay, at);
  return {
    follow: again.follow,
    effects: [{ do: 'close_log', attempt: open.number }],
    transitions: [...ended.transitions, ...again.transitions],
  };
}

/** A follow outlives its container only when the connection is dead: the read that proves the end takes over. */
function lingerUntil(open: Attempt, view: LogView): number {
  if (!open.follow || view.endSeenAt === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(view.endSeenAt, open.lastByteAt) + limit.logLinger;
}

export function endAttempt(
  follow: Follow,
  open: Attempt,
  how: AttemptEnd,
  error: string | undefined,
  at: number,
): FollowStep {
  const { number: attempt, lines, bytes, duplicates } = open;
  return {
    follow: { ...follow, open: undefined },
    effects: [],
    transitions: [{ type: 'attempt_ended', at, attempt, how, lines, bytes, duplicates, error }],
  };
}

export function reconnect(follow: Follow, reason: ReconnectReason, delayMs: number, at: number): FollowStep {
  return {
    follow: { ...follow, next: { at: at + delayMs, reason } },
    effects: [],
    transitions: [{ type: 'reconnect_started', at, reason, delayMs }],
  };
}

/** The container's log can't be read to its end any more: what may be missing is named. */
export function giveUp(follow: Follow, why: string, at: number): FollowStep {
  const after = anchorOf(follow.window)?.stamp;
  const gap = { after, before: undefined, why: `${why}; the end of its log was not confirmed` };
  const open = follow.open;
  const closed = open === undefined ? still(follow) : endAttempt(follow, open, 'closed', undefined, at);
  const account = { ...follow.account, gaps: [...follow.account.gaps, gap] };
  return {
    follow: { ...closed.follow, state: 'lost', account },
    effects: open === undefined ? [] : [{ do: 'close_log', attempt: open.number }],
    transitions: [...closed.transitions, { type: 'gap', at, ...gap }],
  };
}
