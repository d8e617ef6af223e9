import { isRecord } from '../../loopback/object.ts';
import { bodyOf, type Exchange } from './exchanges.ts';
import type { Sighting } from './sightings.ts';

/** By `at`, everything up to `version` had happened. */
interface Mark {
  at: number;
  version: bigint;
}

/**
 * Versions of all objects come from one counter (etcd's revision): what was written before something that was already seen, or
 * before the version of a list, had happened by then, whenever it was seen itself. A watch of pods may be slower than one of Jobs.
 */
export function inCausalOrder(sightings: readonly Sighting[], exchanges: readonly Exchange[]): Sighting[] {
  const marks = [...sightings.flatMap(markOf), ...listMarks(exchanges)].sort((one, other) =>
    one.version > other.version ? -1 : 1,
  );
  const by = new Map<bigint, number>();
  let earliest = Number.POSITIVE_INFINITY;
  for (const { at, version } of marks) {
    earliest = Math.min(earliest, at);
    by.set(version, earliest);
  }
  return sightings
    .map((sighting) => ({ ...sighting, at: by.get(sighting.version ?? -1n) ?? sighting.at }))
    .sort((one, other) => one.at - other.at);
}

function markOf({ at, version }: Sighting): Mark[] {
  return version === undefined ? [] : [{ at, version }];
}

export function listMarks(exchanges: readonly Exchange[]): Mark[] {
  return exchanges.flatMap((exchange) => {
    const { request, head, endAt } = exchange;
    if (request.verb !== 'list' || head?.status !== 200 || endAt === undefined) return [];
    const body = bodyOf(exchange);
    const version = isRecord(body) && isRecord(body.metadata) ? body.metadata.resourceVersion : undefined;
    return typeof version === 'string' && /^\d+$/.test(version) ? [{ at: endAt, version: BigInt(version) }] : [];
  });
}
