import { type Clock, systemClock } from '../src/engine/clock.ts';

/** Time from a moment of the past on, so many times as fast as it goes. */
export function pacedClock(start: number, speed: number): Clock {
  const began = systemClock.now();
  return {
    now: () => Math.round(start + (systemClock.now() - began) * speed),
    at: (at, fn) => systemClock.at(began + (at - start) / speed, fn),
  };
}
