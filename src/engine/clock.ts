/** Time as a value. The only file that names Date.now and setTimeout; everything else is handed a Clock. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Calls `fn` once at or after `at`; the returned function cancels it. */
  at(at: number, fn: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  at(at, fn) {
    const timer = timerAt(at, fn);
    return () => clearTimeout(timer);
  },
};

/** The same, but no process stays alive for what it is to do later. */
export const idleClock: Clock = {
  now: () => Date.now(),
  at(at, fn) {
    const timer = timerAt(at, fn).unref();
    return () => clearTimeout(timer);
  },
};

function timerAt(at: number, fn: () => void): NodeJS.Timeout {
  // setTimeout overflows above 2^31-1 ms and then fires at once.
  return setTimeout(fn, Math.min(Math.max(at - Date.now(), 0), 2 ** 31 - 1));
}

/** Calls `fn` in the next turn of the event loop: no time passes, and what this turn began has got on. */
export function nextTurn(fn: () => void): void {
  setImmediate(fn);
}
