import { type ResourceName, resources } from './resources.ts';

/** Objects of one kind: in one namespace, or in all when it is undefined. */
export interface Collection {
  resource: ResourceName;
  namespace: string | undefined;
}

export interface Address extends Collection {
  name: string;
}

export function jobAt(namespace: string, name: string): Address {
  return { resource: 'jobs', namespace, name };
}

export function podAt(namespace: string, name: string): Address {
  return { resource: 'pods', namespace, name };
}

export function keyOf({ resource, namespace, name }: Address): string {
  return `${prefixOf({ resource, namespace })}${name}`;
}

/** Start of the keys of every object in the collection. */
export function prefixOf({ resource, namespace }: Collection): string {
  if (!resources[resource].namespaced) return `${resource}//`;
  return namespace === undefined ? `${resource}/` : `${resource}/${namespace}/`;
}
