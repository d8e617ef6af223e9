import { type Clock, systemClock } from '../../engine/clock.ts';

/** Real time from `start` on, `speed` times as fast. */
export function scaledClock(start: number, speed: number): Clock {
  const begun = systemClock.now();
  return {
    now: () => start + (systemClock.now() - begun) * speed,
    at: (at, fn) => systemClock.at(begun + (at - start) / speed, fn),
  };
}
