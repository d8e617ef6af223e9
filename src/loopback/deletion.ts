import { isPod, type KubeObject } from './object.ts';
import type { Resource } from './resources.ts';
import { preconditionFailed } from './status.ts';

/** The parts of a DeleteOptions body that are heeded. `Foreground` is treated as `Background`. */
export interface DeleteOptions {
  gracePeriodSeconds?: number;
  preconditions?: { uid?: string; resourceVersion?: string };
  /** As in the real API, a Job deleted without a word on it leaves its pods behind. */
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

/** @throws Refusal 409 */
export function requirePreconditions(resource: Resource, object: KubeObject, { preconditions }: DeleteOptions): void {
  const { name, uid, resourceVersion } = object.metadata;
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw preconditionFailed(resource, name, 'UID', preconditions.uid, uid);
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw preconditionFailed(resource, name, 'ResourceVersion', preconditions.resourceVersion, resourceVersion);
  }
}

/** Seconds that a pod on a node has left to end; undefined when nothing needs to be waited for. */
export function graceOf(object: KubeObject, { gracePeriodSeconds }: DeleteOptions): number | undefined {
  if (!isPod(object) || gracePeriodSeconds === 0 || object.spec.nodeName === undefined) return undefined;
  if (object.status.phase === 'Succeeded' || object.status.phase === 'Failed') return undefined;
  return gracePeriodSeconds ?? object.spec.terminationGracePeriodSeconds ?? 30;
}

/** The last finalizer of a deleted object was taken off. */
export function isFinalised(before: KubeObject, after: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = after.metadata;
  const held = before.metadata.finalizers ?? [];
  return (
    deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && held.length > 0 && finalizers.length === 0
  );
}
