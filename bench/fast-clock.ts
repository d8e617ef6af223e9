import { type Clock, systemClock } from '../src/engine/clock.ts';

/** Real time, so many times as fast. */
export function fastClock(speed: number): Clock {
  const begin = systemClock.now();
  const real = (at: number) => begin + (at - begin) / speed;
  return {
    now: () => begin + (systemClock.now() - begin) * speed,
    at: (at, fn) => systemClock.at(Math.ceil(real(at)), fn),
  };
}
