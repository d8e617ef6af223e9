import { limit } from './limits.ts';
import type { JobSnapshot, PodSnapshot } from './snapshot.ts';
import type { StartFault } from './start-fault.ts';

/** How long a start may still take. It begins anew once, when the pod gets its node. */
export interface Patience {
  scheduleTimeoutSec: number;
  since: number;
  scheduledAt: number | undefined;
  /** A fault that will be fatal when it still holds; the cause is its identity, the words of it may change. */
  suspect: { fault: StartFault; since: number } | undefined;
  /** The Job is held by a queue: no patience runs. */
  queued: boolean;
  /** An image is on its way: the patience is that of a pull. */
  pulling: boolean;
  /** Since when the API does not answer: what is not seen may have happened, so no patience runs either. */
  blindSince: number | undefined;
}

export interface StartView {
  job: JobSnapshot | undefined;
  pod: PodSnapshot | undefined;
  fault: StartFault | undefined;
  pulling: boolean;
  blindSince: number | undefined;
}

export type StartAnswer =
  | { is: 'waiting'; wakeAt: number | undefined }
  | { is: 'failed'; fault: StartFault | undefined; afterMs: number; timedOut: boolean };

export function newPatience(scheduleTimeoutSec: number, at: number): Patience {
  return {
    scheduleTimeoutSec,
    since: at,
    scheduledAt: undefined,
    suspect: undefined,
    queued: false,
    pulling: false,
    blindSince: undefined,
  };
}

/** Takes in how the start stands, and says whether to go on waiting. */
export function awaitStart(
  patience: Patience,
  view: StartView,
  at: number,
): { patience: Patience; answer: StartAnswer } {
  const next = observe(patience, view, at);
  const still = next.queued || next.blindSince !== undefined;
  return { patience: next, answer: still ? { is: 'waiting', wakeAt: undefined } : decide(next, view, at) };
}

function observe(before: Patience, view: StartView, at: number): Patience {
  const patience = afterBlindness(before, view.blindSince, at);
  const queued = view.job?.suspended === true;
  const scheduledAt = patience.scheduledAt ?? (isScheduled(view.pod) ? at : undefined);
  const restarted = (patience.queued && !queued) || (patience.scheduledAt === undefined && scheduledAt !== undefined);
  const suspect = view.fault?.fatal === 'again' ? view.fault : undefined;
  const since = patience.suspect?.fault.cause === suspect?.cause ? (patience.suspect?.since ?? at) : at;
  return {
    ...patience,
    queued,
    pulling: view.pulling,
    scheduledAt,
    since: restarted ? at : patience.since,
    suspect: suspect === undefined ? undefined : { fault: suspect, since },
  };
}

/** Time without the API does not count. */
function afterBlindness(patience: Patience, blindSince: number | undefined, at: number): Patience {
  if (blindSince !== undefined || patience.blindSince === undefined) {
    return { ...patience, blindSince: patience.blindSince ?? blindSince };
  }
  const lost = at - patience.blindSince;
  const { suspect } = patience;
  return {
    ...patience,
    since: patience.since + lost,
    suspect: suspect === undefined ? undefined : { ...suspect, since: suspect.since + lost },
    blindSince: undefined,
  };
}

function decide(patience: Patience, { fault }: StartView, at: number): StartAnswer {
  const afterMs = at - patience.since;
  if (fault?.fatal === 'now') return { is: 'failed', fault, afterMs, timedOut: false };
  const suspect = patience.suspect;
  const fatalAt = suspect === undefined ? Number.POSITIVE_INFINITY : suspect.since + limit.suspect;
  if (suspect !== undefined && at >= fatalAt) {
    return { is: 'failed', fault: suspect.fault, afterMs, timedOut: false };
  }
  if (at >= endOf(patience)) return { is: 'failed', fault, afterMs, timedOut: true };
  return { is: 'waiting', wakeAt: patienceWakeAt(patience) };
}

function endOf({ since, scheduleTimeoutSec, pulling }: Patience): number {
  return since + Math.max(scheduleTimeoutSec * 1000, pulling ? limit.imagePull : 0);
}

/** The next moment at which the patience may be over; undefined while none runs. */
export function patienceWakeAt(patience: Patience): number | undefined {
  const { queued, blindSince, suspect } = patience;
  if (queued || blindSince !== undefined) return undefined;
  return Math.min(endOf(patience), suspect === undefined ? Number.POSITIVE_INFINITY : suspect.since + limit.suspect);
}

function isScheduled(pod: PodSnapshot | undefined): boolean {
  return pod?.conditions.some(({ type, status }) => type === 'PodScheduled' && status === 'True') === true;
}
