import { type Collection, prefixOf } from './address.ts';
import type { Change } from './history.ts';
import type { KubeObject } from './object.ts';
import { apiVersionOf, resources } from './resources.ts';
import type { Matcher } from './selector.ts';
import type { StatusBody } from './status.ts';

export type WatchEvent = { type: Change['type'] | 'BOOKMARK'; object: object } | { type: 'ERROR'; object: StatusBody };

/**
 * What a watch with a selector says of a write: an object that comes into the selection is ADDED and one that leaves it is
 * DELETED, as the version of that write.
 */
export function eventOf(change: Change, of: Collection, matches: Matcher): WatchEvent | undefined {
  if (!change.key.startsWith(prefixOf(of))) return undefined;
  const was = change.before !== undefined && matches(change.before);
  const is = change.type !== 'DELETED' && matches(change.object);
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object: change.object };
  if (!was) return undefined;
  return { type: 'DELETED', object: lastState(change) };
}

/** What left the selection by its labels is shown as it was when it was last in it. */
function lastState({ before, object, version }: Change): KubeObject {
  const last = before ?? object;
  return { ...last, metadata: { ...last.metadata, resourceVersion: String(version) } };
}

export function bookmarkOf(of: Collection, version: number): WatchEvent {
  const resource = resources[of.resource];
  const metadata = { resourceVersion: String(version), creationTimestamp: null };
  return { type: 'BOOKMARK', object: { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata } };
}
