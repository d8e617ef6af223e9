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
    // setTimeout overflows above 2^31-1 ms and then fires at once.
    const timer = setTimeout(fn, Math.min(Math.max(at - Date.now(), 0), 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** Calls `fn` in the next turn of the event loop: no time passes, and what this turn began has got on. */
export function nextTurn(fn: () => void): void {
  setImmediate(fn);
}
