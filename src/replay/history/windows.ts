import { callOf, type Exchange } from './exchanges.ts';

/** How far from what was seen of it a fault is taken to reach, at most: when it came and went is not known. */
const reachMs = 1_000;

/** The moment between two requests at which what they met changed: shortly before the second. */
export function turn(before: number, at: number): number {
  return at - Math.min(reachMs, (at - before) / 2);
}

/** A log is got or followed: that is one call to the cluster. */
export function clusterCall(exchange: Exchange): string {
  return callOf(exchange).replace(/^follow /, 'get ');
}

export interface Window {
  from: number;
  to: number;
}

/** From when until when a request of this kind met what this one met. What was never asked otherwise may always have been so. */
export function windowOf(exchange: Exchange, exchanges: readonly Exchange[]): Window {
  const call = clusterCall(exchange);
  const same = exchanges.filter((one) => clusterCall(one) === call);
  const index = same.indexOf(exchange);
  const [before, after] = [same[index - 1], same[index + 1]];
  return {
    from: before === undefined ? Number.NEGATIVE_INFINITY : turn(before.at, exchange.at),
    to: after === undefined ? Number.POSITIVE_INFINITY : turn(exchange.at, after.at),
  };
}
