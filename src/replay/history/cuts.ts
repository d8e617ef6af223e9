import type { EndFrame } from '../../record/frame.ts';
import type { Exchange } from './exchanges.ts';
import type { RecordedLog, StreamCut } from './history.ts';
import type { LogStream } from './log-streams.ts';
import { eventIn } from './sightings.ts';

/** Ends that the cluster does not explain by what it shows. One cause ends all streams of a kind, at about one time. */
export function cutsOf(
  exchanges: readonly Exchange[],
  streams: readonly LogStream[],
  logs: readonly RecordedLog[],
  isNatural: (stream: LogStream) => boolean,
): StreamCut[] {
  const cuts = [
    ...exchanges.flatMap(watchCut),
    ...streams.flatMap((stream) => logCut(stream, logs, isNatural(stream))),
  ].sort((one, other) => one.at - other.at);
  return cuts.filter((cut, index) => {
    const before = cuts.slice(0, index).findLast(({ stream }) => stream === cut.stream);
    return before === undefined || cut.at - before.at > sameCauseMs;
  });
}

const sameCauseMs = 50;
/** A stream that lives brings a line within this time. */
const livelyMs = 1_000;
/** A server ends a watch at the limit that it was given, or a little later. */
const limitMarginMs = 1_000;

function watchCut(exchange: Exchange): StreamCut[] {
  const { request, end, endAt, at, head, pieces } = exchange;
  if (request.verb !== 'watch' || head?.status !== 200 || end === undefined || endAt === undefined) return [];
  const stream = request.resource === 'jobs' ? 'jobs' : 'pods';
  const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('utf8');
  const last = eventIn(text.trimEnd().split('\n').at(-1) ?? '');
  if (last.type === 'ERROR') return [{ at: endAt, stream, how: 'clean', expired: true }];
  if (end.how === 'failed') return [{ at: endAt, stream, how: deathOf(end) }];
  const limit = Number(new URL(request.path, 'http://recorded').searchParams.get('timeoutSeconds') ?? Infinity) * 1000;
  return end.how === 'complete' && endAt - at < limit - limitMarginMs ? [{ at: endAt, stream, how: 'clean' }] : [];
}

function logCut(stream: LogStream, logs: readonly RecordedLog[], natural: boolean): StreamCut[] {
  const { exchange, follow, rest } = stream;
  const { end, endAt, pieces, at } = exchange;
  if (!follow || end === undefined || endAt === undefined || natural) return [];
  const fragment = rest === '' ? {} : { fragment: rest };
  if (end.how === 'complete') return [{ at: endAt, stream: 'pods/log', how: 'clean', ...fragment }];
  if (end.how === 'failed') return [{ at: endAt, stream: 'pods/log', how: deathOf(end), ...fragment }];
  const silentFrom = pieces.at(-1)?.at ?? at;
  const last = stream.lines.findLast(({ stamp }) => stamp !== undefined)?.stamp ?? '';
  const missed = logs
    .filter((log) => log.pod === stream.pod && log.container === stream.container)
    .some(({ lines }) => lines.some((line) => (line.stamp ?? '') > last && line.at < endAt - livelyMs));
  return missed ? [{ at: silentFrom + 1, stream: 'pods/log', how: 'stall', ...fragment }] : [];
}

/** undici's words for a connection that was closed in the middle of an answer, and for one that was reset. */
function deathOf({ error }: EndFrame): 'fin' | 'reset' {
  return error?.code === 'UND_ERR_SOCKET' || /terminated|other side closed/.test(error?.message ?? '')
    ? 'fin'
    : 'reset';
}
