import type { OwnWrites } from '../world/own-writes.ts';
import { anchorAt } from './happenings.ts';
import type { RecordedLine, RecordedLog } from './history.ts';
import type { LogStream, ReadLine } from './log-streams.ts';

/** What each container said, put together from all reads of its log. */
export function logsOf(streams: readonly LogStream[], own: OwnWrites, isWhole: (stream: LogStream) => boolean) {
  const byContainer = Map.groupBy(streams, ({ namespace, pod, container }) => `${namespace}/${pod}/${container}`);
  return [...byContainer.values()].map((all): RecordedLog => {
    const [first] = all;
    const read = all.reduce<ReadLine[]>((known, stream) => joined(known, stream, isWhole(stream)), []);
    const ends = all.flatMap((stream) => (stream.follow && isWhole(stream) ? (stream.exchange.endAt ?? []) : []));
    return {
      namespace: first?.namespace ?? '',
      pod: first?.pod ?? '',
      container: first?.container ?? '',
      after: anchorAt(first?.exchange.at ?? 0, own),
      lines: inTime(read),
      ...(ends.length > 0 && { endedAt: Math.min(...ends) }),
    };
  });
}

/** The same lines come again in the same order, from the beginning of a second on: what is behind them is new. */
function joined(known: ReadLine[], { since, lines, exchange, rest }: LogStream, whole: boolean): ReadLine[] {
  const from =
    since === undefined ? 0 : known.findIndex(({ stamp }) => stamp !== undefined && Date.parse(stamp) >= since);
  const came = whole && rest !== '' ? [...lines, lastLine(rest, exchange.endAt ?? exchange.at)] : lines;
  if (from < 0) return [...known, ...came];
  const begins = overlapAt(known, from, came);
  const again = Math.min(known.length - begins, came.length);
  return [...known, ...came.slice(again)];
}

/** Where in what is known the new read begins: later than asked for when the log was rotated meanwhile. */
function overlapAt(known: readonly ReadLine[], from: number, came: readonly ReadLine[]): number {
  for (let begin = from; begin < known.length; begin++) {
    const length = Math.min(known.length - begin, came.length);
    let same = 0;
    while (same < length && isSame(known[begin + same], came[same])) same++;
    if (same === length) return begin;
  }
  return known.length;
}

function isSame(one: ReadLine | undefined, other: ReadLine | undefined): boolean {
  if (one?.elided || other?.elided) return true;
  return one?.stamp === other?.stamp && one?.text === other?.text;
}

function lastLine(text: string, at: number): ReadLine {
  const [, stamp, rest = text] = /^(\d{4}-\S+Z) (.*)$/s.exec(text) ?? [];
  return { at, stamp, text: rest };
}

/** Written at its timestamp, by the clock of the recording process: the fastest line tells how the two clocks differ. */
function inTime(lines: readonly ReadLine[]): RecordedLine[] {
  const offset = Math.min(...lines.map(({ at, stamp }) => (stamp === undefined ? Infinity : at - Date.parse(stamp))));
  let last = Number.NEGATIVE_INFINITY;
  return lines.map(({ at, stamp, text, elided }) => {
    const written = stamp === undefined || !Number.isFinite(offset) ? at : Math.min(at, Date.parse(stamp) + offset);
    last = Math.max(last, written);
    return { at: last, stamp, text, ...(elided && { elided }) };
  });
}
