import { deathOf } from './cuts.ts';
import { type Exchange, lastHeardAt, queryIn } from './exchanges.ts';
import type { StreamCut } from './history.ts';
import type { Sighting } from './sightings.ts';
import { type WatchLine, watchLinesOf } from './watch-lines.ts';

/** A server ends a watch at the limit that it was given, or a little later. */
const limitMarginMs = 1_000;
/** Who finds that a watch is dead asks again at once, and is shown at once what it has missed. */
const atOnceMs = 1_000;

/** Ends of watches that are not their time limit. */
export function watchCutsOf(exchanges: readonly Exchange[], sightings: readonly Sighting[]): StreamCut[] {
  return exchanges.flatMap((exchange): StreamCut[] => {
    const { request, head, end, endAt, at, headAt = at } = exchange;
    const { resource: stream } = request;
    if (request.verb !== 'watch' || (stream !== 'jobs' && stream !== 'pods')) return [];
    if (head?.status === 410) return [{ at: headAt, stream, how: 'clean', expired: true }];
    if (head?.status !== 200) return [];
    const error = watchLinesOf(exchange).find(({ type }) => type === 'ERROR');
    if (error !== undefined) return [{ at: error.at, stream, how: 'clean', ...(isExpiry(error) && { expired: true }) }];
    if (end === undefined || endAt === undefined) return [];
    if (end.how === 'failed') return [{ at: endAt, stream, how: deathOf(end) }];
    if (end.how === 'complete') return endAt - at < limitOf(exchange) ? [{ at: endAt, stream, how: 'clean' }] : [];
    const next = exchanges.find(
      (one) => one.at >= endAt && one.request.resource === stream && one.headAt !== undefined,
    );
    if (next === undefined || !showsMissed(next, endAt, sightings)) return [];
    return [{ at: (lastHeardAt(exchange) ?? at) + 1, stream, how: 'stall' }];
  });
}

function isExpiry({ object }: WatchLine): boolean {
  const { code, reason } = Object(object);
  return code === 410 || reason === 'Expired' || reason === 'Gone';
}

function limitOf({ request }: Exchange): number {
  const seconds = Number(queryIn(request.path).get('timeoutSeconds') ?? Number.NaN);
  return Number.isNaN(seconds) ? Infinity : seconds * 1000 - limitMarginMs;
}

/** Its first answer has versions that nobody had seen when the watch was given up. */
function showsMissed(next: Exchange, endAt: number, sightings: readonly Sighting[]): boolean {
  const { at, headAt = at, request } = next;
  if (!['list', 'watch'].includes(request.verb) || at > endAt + atOnceMs) return false;
  const known = sightings.filter((one) => one.resource === request.resource && one.at <= endAt);
  const versions = new Set(known.map(({ object }) => `${object.metadata.uid}/${object.metadata.resourceVersion}`));
  return sightings.some(
    (one) =>
      one.resource === request.resource &&
      one.at > endAt &&
      one.at <= headAt + atOnceMs &&
      !one.own &&
      !versions.has(`${one.object.metadata.uid}/${one.object.metadata.resourceVersion}`),
  );
}
