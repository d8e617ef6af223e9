import type { Clock } from '../engine/clock.ts';

/** How long an answer may take goes by the time of whatever brings it: that of the sockets, or that of a replayed network. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** The answer is there. */
  clear(): void;
}

export function socketLimit(ms: number): TimeLimit {
  return { signal: AbortSignal.timeout(ms), clear: () => undefined };
}

export function clockLimit(clock: Clock): (ms: number) => TimeLimit {
  return (ms) => {
    const abort = new AbortController();
    const why = new DOMException('no answer within the time limit', 'TimeoutError');
    return { signal: abort.signal, clear: clock.at(clock.now() + ms, () => abort.abort(why)) };
  };
}
