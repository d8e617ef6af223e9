import { deathOf } from './cuts.ts';
import { lastHeardAt } from './exchanges.ts';
import type { Outage, RecordedLog, StreamCut } from './history.ts';
import type { LogStream } from './log-streams.ts';
import { containerOf } from './logs.ts';

/** A stream that lives brings a line within this time. */
const livelyMs = 1_000;

interface Given {
  streams: readonly LogStream[];
  logs: readonly RecordedLog[];
  isNatural(stream: LogStream): boolean;
}

/** Ends of follows that the container does not explain. */
export function logCutsOf({ streams, logs, isNatural }: Given): StreamCut[] {
  return streams.flatMap((stream): StreamCut[] => {
    const { exchange, follow, rest } = stream;
    const { end, endAt, head, at } = exchange;
    if (!follow || head === undefined || end === undefined || endAt === undefined || isNatural(stream)) return [];
    const fragment = rest === '' ? {} : { fragment: rest };
    if (end.how === 'complete') return [{ at: endAt, stream: 'pods/log', how: 'clean', ...fragment }];
    if (end.how === 'failed') return [{ at: endAt, stream: 'pods/log', how: deathOf(end), ...fragment }];
    if (!hasMissed(stream, logs)) return [];
    return [{ at: (lastHeardAt(exchange) ?? at) + 1, stream: 'pods/log', how: 'stall', ...fragment }];
  });
}

/** A follow that had no head when it was given up, although there was something to say: nothing came through. */
export function hungFollowsOf({ streams, logs }: Given): Outage[] {
  return streams.flatMap((stream, index): Outage[] => {
    const { exchange, follow } = stream;
    const { head, end, at, endAt = at } = exchange;
    if (!follow || head !== undefined || end?.how !== 'aborted' || !hasMissed(stream, logs)) return [];
    const next = streams.slice(index + 1).find((one) => containerOf(one) === containerOf(stream));
    const to = Math.min(endAt, next?.exchange.at ?? Infinity);
    return [{ from: at, to, call: 'follow pods/log', fault: { is: 'hang' } }];
  });
}

/** We ended it, and it owed us lines that had been written well before and that another read brought. */
function hasMissed(stream: LogStream, logs: readonly RecordedLog[]): boolean {
  const { exchange, since = -Infinity, lines } = stream;
  const { at, endAt = at } = exchange;
  const last = lines.findLast(({ stamp }) => stamp !== undefined)?.stamp;
  const heardAt = lastHeardAt(exchange) ?? at;
  const log = logs.find((one) => containerOf(one) === containerOf(stream));
  return (log?.lines ?? []).some(({ at: written, stamp = '' }) => {
    const isOwed = last === undefined ? Date.parse(stamp) >= since : stamp > last;
    return isOwed && Math.max(written, heardAt) < endAt - livelyMs;
  });
}
