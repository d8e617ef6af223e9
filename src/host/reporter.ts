import type { Clock } from '../engine/clock.ts';
import type { Transition } from '../run/transition.ts';
import type { HostCalls } from './context.ts';
import { politely } from './courtesy.ts';
import { hostEventOf } from './event-table.ts';
import { progressOf } from './progress.ts';

/** A log stream that reconnects for days must not fill the host's database; the verdict always gets through. */
const eventsMax = 1_000;
/** How long the end of a run waits for the host to take the last events. */
const lastEventsMs = 2_000;

export interface Reporter {
  hear(transition: Transition): void;
  /** Resolves when the host has taken every event, or after a short while. */
  flushed(): Promise<void>;
}

/** Tells the host what happens to a run: events one after the other, the live line, and once that remote work is under way. */
export function createReporter(calls: HostCalls, clock: Clock, traceId: () => string | undefined): Reporter {
  let last: Promise<void> = Promise.resolve();
  let events = 0;
  let dispatched = false;

  function dispatch(): void {
    if (dispatched) return;
    dispatched = true;
    void politely(() => calls.onDispatch?.());
  }

  return {
    hear(transition) {
      if (transition.type === 'job_created' || transition.type === 'job_adopted') dispatch();
      const progress = progressOf(transition);
      if (progress !== undefined) void politely(() => calls.onRuntimeProgress?.(progress));
      const event = hostEventOf(transition);
      if (event === undefined || (++events > eventsMax && transition.type !== 'run_ended')) return;
      const id = traceId();
      const told = id === undefined ? event : { ...event, payload: { ...event.payload, traceId: id } };
      last = last.then(() => politely(() => calls.onEvent?.(told)));
    },
    async flushed() {
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancel = clock.at(clock.now() + lastEventsMs, resolve);
      await Promise.race([last, promise]);
      cancel();
    },
  };
}
