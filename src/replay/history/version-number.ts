import type { KubeObject } from '../../loopback/object.ts';

/** Versions are numbers of one counter, and longer than a double is exact. */
export function versionIn(text: unknown): bigint | undefined {
  return typeof text === 'string' && /^\d+$/.test(text) ? BigInt(text) : undefined;
}

/** One that says none is older than all others. */
export function versionOf(object: KubeObject): bigint {
  return versionIn(object.metadata.resourceVersion) ?? -1n;
}
