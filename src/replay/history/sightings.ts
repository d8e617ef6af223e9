import { isRecord, type KubeObject } from '../../loopback/object.ts';
import { isResourceName, type ResourceName, resources } from '../../loopback/resources.ts';
import { fieldMatcher, labelMatcher } from '../../loopback/selector.ts';
import { bodyOf, type Exchange } from './exchanges.ts';

/** An object as an answer showed it, or that it was not there. */
export interface Sighting {
  at: number;
  resource: ResourceName;
  namespace: string | undefined;
  name: string;
  /** Undefined: it is gone. */
  object: KubeObject | undefined;
  /** It is what the run itself wrote. */
  own: boolean;
  /** Of the write that it shows; undefined for an object that was found to be missing. */
  version: bigint | undefined;
}

/** Everything that the answers of a recording show of objects, in the order in which they came. */
export function sightingsOf(exchanges: readonly Exchange[]): Sighting[] {
  const known = new Map<string, Sighting>();
  const all = exchanges
    .flatMap((exchange) => (exchange.request.verb === 'watch' ? eventsOf(exchange) : answersOf(exchange)))
    .sort((one, other) => one.at - other.at);
  return all.flatMap((one) => {
    if (!('selects' in one)) {
      known.set(keyOf(one), one);
      return [one];
    }
    const missing = [...known.values()].filter(
      (seen) => seen.object !== undefined && one.selects(seen.object, seen) && !one.names.has(seen.name),
    );
    const gone = missing.map((seen) => ({ ...seen, at: one.at, object: undefined, own: false, version: undefined }));
    for (const sighting of gone) known.set(keyOf(sighting), sighting);
    return gone;
  });
}

/** A whole list: what is selected and not in it is gone. */
interface Listing {
  at: number;
  selects(object: KubeObject, at: Sighting): boolean;
  names: ReadonlySet<string>;
}

export function keyOf({ resource, namespace, name }: Pick<Sighting, 'resource' | 'namespace' | 'name'>): string {
  return `${resource}/${namespace ?? ''}/${name}`;
}

function answersOf(exchange: Exchange): (Sighting | Listing)[] {
  const { request, head, headAt = 0, endAt = headAt } = exchange;
  if (head === undefined || !isResourceName(request.resource)) return [];
  const { resource } = request;
  const { namespace, name } = placeIn(request.path);
  if (head.status === 404 && request.verb === 'get' && name !== undefined) {
    return [{ at: endAt, resource, namespace, name, object: undefined, own: false, version: undefined }];
  }
  const body = head.status < 300 ? bodyOf(exchange) : undefined;
  if (!isRecord(body)) return [];
  if (!Array.isArray(body.items)) return seen(body, resource, endAt, request.verb !== 'get');
  const listed = body.items.flatMap((item) => seen({ ...typed(resource), ...Object(item) }, resource, endAt, false));
  const selects = selectorOf(request.path, resource, namespace);
  return [...listed, { at: endAt, selects, names: new Set(listed.map((one) => one.name)) }];
}

function eventsOf(exchange: Exchange): Sighting[] {
  const { request, pieces } = exchange;
  if (!isResourceName(request.resource)) return [];
  const { resource } = request;
  let rest = '';
  return pieces.flatMap(({ at, bytes }) => {
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    return lines.flatMap((line) => {
      const event = eventIn(line);
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') return [];
      const [sighting] = seen(event.object, resource, at, false);
      if (sighting === undefined) return [];
      return [event.type === 'DELETED' ? { ...sighting, object: undefined } : sighting];
    });
  });
}

export function eventIn(line: string): { type: string | undefined; object: unknown } {
  try {
    const { type, object } = JSON.parse(line);
    return { type, object };
  } catch {
    return { type: undefined, object: undefined };
  }
}

function seen(object: unknown, resource: ResourceName, at: number, own: boolean): Sighting[] {
  if (!isObject(object) || object.kind === 'Status') return [];
  const { namespace, name, resourceVersion } = object.metadata;
  const version = /^\d+$/.test(resourceVersion) ? BigInt(resourceVersion) : undefined;
  return [{ at, resource, namespace, name, object, own, version }];
}

function isObject(value: unknown): value is KubeObject {
  return isRecord(value) && isRecord(value.metadata) && typeof value.metadata.name === 'string';
}

/** Objects in a list do not say their kind. */
function typed(resource: ResourceName): { kind: string; apiVersion: string } {
  const { kind, group } = resources[resource];
  return { kind, apiVersion: group === '' ? 'v1' : `${group}/v1` };
}

function selectorOf(path: string, resource: ResourceName, namespace: string | undefined): Listing['selects'] {
  const { searchParams } = new URL(path, 'http://recorded');
  const byLabel = labelMatcher(searchParams.get('labelSelector') ?? undefined);
  const byField = fieldMatcher(searchParams.get('fieldSelector') ?? undefined, resources[resource]);
  // What a list of an old version does not show may have come since.
  const old = searchParams.get('resourceVersionMatch') === 'Exact' || resource === 'events';
  return (object, at) =>
    !old &&
    at.resource === resource &&
    (namespace === undefined || at.namespace === namespace) &&
    byLabel(object) &&
    byField(object);
}

export function placeIn(path: string): { namespace: string | undefined; name: string | undefined; log: boolean } {
  const parts = new URL(path, 'http://recorded').pathname.split('/').slice(1).map(decodeURIComponent);
  const rest = parts.slice(parts[0] === 'apis' ? 3 : 2);
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [, name, subresource] = namespaced ? rest.slice(2) : rest;
  return { namespace: namespaced ? rest[1] : undefined, name, log: subresource === 'log' };
}
