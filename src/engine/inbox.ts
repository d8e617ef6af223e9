import type { Observation } from '../run/observation.ts';

/** Far more than a Job has pods; a run in which more than this waits is broken, and says so. */
export const inboxMax = 256;

/**
 * What a run is told while it decides: the decision comes first. Bounded, and nothing is lost without a word.
 *
 * - Of a state the newest counts: it takes the place of one of the same object that still waits. What says the same as
 *   what waits is not kept twice; of two reasons to stop the first one counts.
 * - A piece of the log is one at a time: `put` gives what its reader has to wait for, and so the reading waits.
 * - Answers are one to each request that is under way.
 */
export class Inbox {
  private readonly waiting: { key: string | undefined; seen: Observation }[] = [];
  private taken: PromiseWithResolvers<void> | undefined;

  get length(): number {
    return this.waiting.length;
  }

  put(seen: Observation): Promise<void> | undefined {
    const { key, about, keep } = placeOf(seen);
    const before = about === undefined ? undefined : this.waiting.findLast((one) => placeOf(one.seen).about === about);
    if (before !== undefined && before.key === key) {
      if (keep === 'newest') before.seen = seen;
      return undefined;
    }
    if (this.waiting.length >= inboxMax) throw new Error(`${inboxMax} observations wait for one decision of the run`);
    this.waiting.push({ key, seen });
    if (seen.type !== 'log_received') return undefined;
    if (this.taken !== undefined) throw new Error('a second piece of the log came before the first was taken');
    this.taken = Promise.withResolvers();
    return this.taken.promise;
  }

  take(): Observation | undefined {
    const next = this.waiting.shift()?.seen;
    if (next?.type === 'log_received') this.release();
    return next;
  }

  /** The run is over: nobody waits any longer. */
  clear(): void {
    this.waiting.length = 0;
    this.release();
  }

  private release(): void {
    this.taken?.resolve();
    this.taken = undefined;
  }
}

/** `about`: what the observation speaks of; `key`: and what it says. One of the same key may stand for both. */
interface InboxPlace {
  about: string | undefined;
  key: string | undefined;
  keep: 'newest' | 'first';
}

function placeOf(seen: Observation): InboxPlace {
  switch (seen.type) {
    case 'job_seen':
      return state(`job ${seen.job.uid}`, 'seen');
    case 'job_gone':
      return state(`job ${seen.uid}`, 'gone');
    case 'pod_seen':
      return state(`pod ${seen.pod.uid}`, 'seen');
    case 'pod_gone':
      return state(`pod ${seen.uid}`, 'gone');
    case 'watch_degraded':
    case 'watch_recovered':
      return state(`watch of ${seen.kind}`, 'state');
    case 'tick':
      return state('time', 'tick');
    case 'cancel_requested':
    case 'shutdown_requested':
      return { about: seen.type, key: seen.type, keep: 'first' };
    case 'log_opened':
    case 'log_received':
    case 'log_ended':
    case 'answered':
      return { about: undefined, key: undefined, keep: 'newest' };
  }
}

/** Seen after gone is another thing than seen before: only what was said last of an object gives way. */
function state(about: string, what: string): InboxPlace {
  return { about, key: `${about} ${what}`, keep: 'newest' };
}
