import { isRecord, type KubeObject } from '../../loopback/object.ts';
import { apiVersionOf, isResourceName, type ResourceName, resources } from '../../loopback/resources.ts';
import { bodyOf, type Exchange, placeIn } from './exchanges.ts';
import { type Listing, listingOf } from './listings.ts';
import { watchLinesOf } from './watch-lines.ts';

export interface Named {
  resource: ResourceName;
  namespace: string | undefined;
  name: string;
}

/** An object as one answer shows it. */
export interface Sighting extends Named {
  at: number;
  object: KubeObject;
  /** The answer to a write of the recorded run's own. */
  own: boolean;
  /** A watch says that it is gone, and this is how it was last. */
  deleted: boolean;
}

/** A read by name found nothing. */
export interface Absence extends Named {
  at: number;
  /** The answer to a deletion of the recorded run's own: from now on it is gone, or going. */
  own: boolean;
}

/** Everything that the answers of a recording say of objects. */
export interface Seen {
  sightings: Sighting[];
  absences: Absence[];
  listings: Listing[];
}

/** Secrets are left out: only the run's own are ever asked for, and they hold nothing in a recording. */
export function seenIn(exchanges: readonly Exchange[]): Seen {
  const seen: Seen = { sightings: [], absences: [], listings: [] };
  for (const exchange of exchanges) {
    const { resource, verb } = exchange.request;
    if (!isResourceName(resource) || resource === 'secrets' || exchange.head === undefined) continue;
    if (verb === 'watch') seen.sightings.push(...eventsOf(exchange, resource));
    else answered(exchange, resource, seen);
  }
  return seen;
}

export function keyOf({ resource, namespace, name }: Named): string {
  return `${resource}/${namespace ?? ''}/${name}`;
}

function answered(exchange: Exchange, resource: ResourceName, seen: Seen): void {
  const { request, head, headAt = 0, endAt = headAt } = exchange;
  const { verb, path } = request;
  const { namespace, name } = placeIn(path);
  const status = head?.status ?? 0;
  if (name !== undefined && ((status === 404 && verb !== 'create') || (status < 300 && verb === 'delete'))) {
    seen.absences.push({ at: endAt, resource, namespace, name, own: verb === 'delete' && status < 300 });
  }
  const body = status < 300 ? bodyOf(exchange) : undefined;
  if (!isRecord(body)) return;
  if (!Array.isArray(body.items)) {
    seen.sightings.push(...sighted(body, { resource, at: endAt, own: verb !== 'get' }));
    return;
  }
  // What stands in a list does not say its kind.
  const typed = { apiVersion: apiVersionOf(resources[resource]), kind: resources[resource].kind };
  const items = body.items.flatMap((item) => sighted({ ...typed, ...Object(item) }, { resource, at: endAt }));
  seen.sightings.push(...items);
  const uids = new Set(items.map(({ object }) => object.metadata.uid));
  const listing = listingOf(exchange, { resource, namespace, at: endAt, body, uids });
  if (listing !== undefined) seen.listings.push(listing);
}

function eventsOf(exchange: Exchange, resource: ResourceName): Sighting[] {
  return watchLinesOf(exchange).flatMap(({ at, type, object }) => {
    if (type === 'BOOKMARK' || type === 'ERROR') return [];
    return sighted(object, { resource, at, deleted: type === 'DELETED' });
  });
}

function sighted(
  object: unknown,
  { resource, at, own = false, deleted = false }: Pick<Sighting, 'resource' | 'at'> & Partial<Sighting>,
): Sighting[] {
  if (!isObject(object) || object.kind === 'Status') return [];
  const { namespace, name } = object.metadata;
  return [{ at, resource, namespace, name, object, own, deleted }];
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value.metadata) && typeof value.metadata.name === 'string';
}
