import type { Exchange } from './exchanges.ts';
import type { Seen, Sighting } from './sightings.ts';
import { versionIn, versionOf } from './version-number.ts';
import { watchLinesOf } from './watch-lines.ts';

/** By `at`, everything up to `version` had happened. */
interface Mark {
  at: number;
  version: bigint;
}

/** When what it shows had happened at the latest. */
export type CausalTime = (sighting: Sighting) => number;

/**
 * Versions of all objects come from one counter (etcd's revision): what was written before something that was already seen, or
 * before the version of a list or a bookmark, had happened by then, whenever it was seen itself. A watch of pods may be slower
 * than one of Jobs. Events are left out: big clusters keep them in a store of their own.
 */
export function causalTimes(seen: Seen, exchanges: readonly Exchange[]): CausalTime {
  const marks = [
    ...seen.sightings.filter(isCounted).map((sighting) => ({ at: sighting.at, version: versionOf(sighting.object) })),
    ...seen.listings,
    ...exchanges.flatMap(bookmarksOf),
  ].sort((one, other) => (one.version > other.version ? -1 : 1));
  const by = new Map<bigint, number>();
  let earliest = Number.POSITIVE_INFINITY;
  for (const { at, version } of marks) {
    earliest = Math.min(earliest, at);
    by.set(version, earliest);
  }
  const events = new Map<string, number>();
  for (const { at, object } of seen.sightings) {
    const key = `${object.metadata.uid}/${versionOf(object)}`;
    events.set(key, Math.min(at, events.get(key) ?? at));
  }
  return (sighting) => {
    const { at, object } = sighting;
    const known = isCounted(sighting) ? by.get(versionOf(object)) : undefined;
    return known ?? events.get(`${object.metadata.uid}/${versionOf(object)}`) ?? at;
  };
}

/** A version that is no number has no place in the order. */
function isCounted({ resource, object }: Sighting): boolean {
  return resource !== 'events' && versionOf(object) >= 0n;
}

function bookmarksOf(exchange: Exchange): Mark[] {
  if (exchange.request.verb !== 'watch') return [];
  return watchLinesOf(exchange).flatMap(({ at, type, object }) => {
    const version = type === 'BOOKMARK' ? versionIn(Object(Object(object).metadata).resourceVersion) : undefined;
    return version === undefined ? [] : [{ at, version }];
  });
}
