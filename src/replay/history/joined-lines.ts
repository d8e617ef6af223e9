import { readLine } from './log-line.ts';
import type { LogStream, ReadLine } from './log-streams.ts';

/**
 * What is known of a log and one more read of it. The same lines come again in the same order, from the beginning of a second
 * on: what is behind them is new. `whole`: the container had ended and the read is complete, so that its last line may want
 * its newline.
 */
export function joined(known: readonly ReadLine[], stream: LogStream, whole: boolean): ReadLine[] {
  const { since, tail, rest, limited, exchange, lines } = stream;
  const isLine = whole && rest !== '' && !limited;
  const all = isLine ? [...lines, readLine(rest, exchange.endAt ?? exchange.at)] : lines;
  // A read from within a line of several parts begins with a rest of it, without a stamp.
  const begin = known.length === 0 ? 0 : all.findIndex(({ stamp }) => stamp !== undefined);
  const came = begin < 0 ? [] : all.slice(begin);
  const from = since === undefined || tail ? 0 : indexSince(known, since);
  const place = placeOf(known, from, came);
  return [...known, ...came.slice(known.length - place)];
}

function indexSince(known: readonly ReadLine[], since: number): number {
  const index = known.findIndex(({ stamp }) => stamp !== undefined && Date.parse(stamp) >= since);
  return index < 0 ? known.length : index;
}

/** Where in what is known the read begins: later than it was asked to when the log was rotated meanwhile. */
function placeOf(known: readonly ReadLine[], from: number, came: readonly ReadLine[]): number {
  for (let place = from; place < known.length; place++) {
    const length = Math.min(known.length - place, came.length);
    let same = 0;
    while (same < length && isSame(known[place + same], came[same])) same++;
    if (same === length) return place;
  }
  return known.length;
}

/** A line that was not recorded may be any. */
function isSame(one: ReadLine | undefined, other: ReadLine | undefined): boolean {
  if (one?.elided || other?.elided) return true;
  return one?.stamp === other?.stamp && one?.text === other?.text;
}
