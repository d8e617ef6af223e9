import type { KubeObject } from '../../loopback/object.ts';
import type { ResourceName } from '../../loopback/resources.ts';
import { type CausalTime, causalTimes } from './causal-times.ts';
import { type Exchange, queryIn } from './exchanges.ts';
import { type Listing, lacks } from './listings.ts';
import { type Absence, keyOf, type Named, type Seen, type Sighting } from './sightings.ts';
import { versionOf } from './version-number.ts';

/** One state of an object, from the earliest moment at which it must have been there. */
export interface Version {
  at: number;
  object: KubeObject;
  own: boolean;
}

/** One object from its first sighting on: one name may have several lives, each with its uid. */
export interface Life extends Named {
  uid: string;
  versions: readonly Version[];
  goneAt: number | undefined;
}

/** What is of the recorded run: the reads that all runs of a process share were recorded with no other objects. */
export type IsOfRun = (resource: ResourceName, object: KubeObject) => boolean;

/** The lives of all objects, by the API's own order of their versions rather than by that of the answers. */
export function livesOf(seen: Seen, exchanges: readonly Exchange[], isOfRun: IsOfRun): Life[] {
  const shared = sharedSelectors(exchanges);
  const isPartial = ({ resource, labelSelector }: Listing) => shared.has(`${resource} ${labelSelector}`);
  const timeOf = causalTimes(seen, exchanges);
  const byName = Map.groupBy(seen.sightings, keyOf);
  return [...byName.values()].flatMap((sightings) => {
    const lives = [...Map.groupBy(sightings, ({ object }) => object.metadata.uid).values()].map((all): Life => {
      const [first] = all;
      if (first === undefined) throw new Error('a group has a member');
      const { resource, namespace, name, object } = first;
      const versions = versionsOf(all, timeOf);
      const listings = seen.listings.filter(
        (listing) => listing.resource === resource && (!isPartial(listing) || isOfRun(resource, object)),
      );
      const absences = seen.absences.filter((one) => !one.own && keyOf(one) === keyOf(first));
      const goneAt = goneAtOf(all, versions, absences, listings, timeOf);
      return { resource, namespace, name, uid: object.metadata.uid, versions, goneAt };
    });
    return oneAfterTheOther(lives);
  });
}

/** The watches of a process and the lists that make up for them have one selector. */
function sharedSelectors(exchanges: readonly Exchange[]): Set<string> {
  const watches = exchanges.filter(({ request }) => request.verb === 'watch').map(({ request }) => request);
  return new Set(watches.map(({ resource, path }) => `${resource} ${queryIn(path).get('labelSelector') ?? undefined}`));
}

function versionsOf(sightings: readonly Sighting[], timeOf: CausalTime): Version[] {
  const byVersion = Map.groupBy(sightings, ({ object }) => versionOf(object));
  const ordered = [...byVersion].sort(([one], [other]) => (one < other ? -1 : 1));
  return ordered.flatMap(([, all]): Version[] => {
    const [first] = all;
    if (first === undefined) return [];
    return [{ at: timeOf(first), object: first.object, own: all.some(({ own }) => own) }];
  });
}

/** The earliest proof that it is gone, of those that no later sighting contradicts. */
function goneAtOf(
  sightings: readonly Sighting[],
  versions: readonly Version[],
  absences: readonly Absence[],
  listings: readonly Listing[],
  timeOf: CausalTime,
): number | undefined {
  const last = versions.at(-1);
  if (last === undefined) return undefined;
  const newest = versionOf(last.object);
  const seenAt = Math.max(...sightings.filter(({ deleted }) => !deleted).map(({ at }) => at));
  const proofs = [
    ...sightings
      .filter(({ deleted, object }) => deleted && versionOf(object) === newest)
      .map((one) => ({ at: timeOf(one) })),
    ...absences.filter(({ at }) => at >= seenAt),
    ...listings.filter((listing) => listing.version >= newest && lacks(listing, last.object)),
  ];
  return proofs.length === 0 ? undefined : Math.max(last.at, Math.min(...proofs.map(({ at }) => at)));
}

/** A name is free before it is taken again. */
function oneAfterTheOther(lives: readonly Life[]): Life[] {
  const ordered = [...lives].sort((one, other) => (oldest(one) < oldest(other) ? -1 : 1));
  return ordered.map((life, index) => {
    const next = ordered[index + 1]?.versions[0]?.at;
    return next === undefined ? life : { ...life, goneAt: Math.min(life.goneAt ?? next, next) };
  });
}

function oldest({ versions: [first] }: Life): bigint {
  return first === undefined ? -1n : versionOf(first.object);
}
