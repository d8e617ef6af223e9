import { isRecord, type KubeObject } from '../../loopback/object.ts';
import { type ResourceName, resources } from '../../loopback/resources.ts';
import { fieldMatcher, labelMatcher } from '../../loopback/selector.ts';
import { type Exchange, queryIn } from './exchanges.ts';
import { versionIn } from './version-number.ts';

/** A whole list: what it selects and does not have was not there at its version. */
export interface Listing {
  at: number;
  resource: ResourceName;
  namespace: string | undefined;
  version: bigint;
  labelSelector: string | undefined;
  uids: ReadonlySet<string>;
  selects(object: KubeObject): boolean;
}

export interface ListingInput extends Pick<Listing, 'at' | 'resource' | 'namespace' | 'uids'> {
  body: Record<string, unknown>;
}

/** Undefined for a list whose absences prove nothing: a page of it, one without a version, and events, which expire. */
export function listingOf(exchange: Exchange, { body, ...of }: ListingInput): Listing | undefined {
  const metadata = isRecord(body.metadata) ? body.metadata : {};
  const version = versionIn(metadata.resourceVersion);
  if (version === undefined || metadata.continue || of.resource === 'events') return undefined;
  const query = queryIn(exchange.request.path);
  const labelSelector = query.get('labelSelector') ?? undefined;
  try {
    const byLabel = labelMatcher(labelSelector);
    const byField = fieldMatcher(query.get('fieldSelector') ?? undefined, resources[of.resource]);
    return { ...of, version, labelSelector, selects: (object) => byLabel(object) && byField(object) };
  } catch {
    // A selector that is not understood here.
    return undefined;
  }
}

/** Whether an object of before would be in it if it were still there. */
export function lacks(listing: Listing, object: KubeObject): boolean {
  const { namespace, uid } = object.metadata;
  if (listing.namespace !== undefined && listing.namespace !== namespace) return false;
  return !listing.uids.has(uid) && listing.selects(object);
}
