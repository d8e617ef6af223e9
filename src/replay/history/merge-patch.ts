import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject } from '../../loopback/object.ts';

/** The RFC 7386 patch that makes the one of the other, without what the API server keeps of its own. Undefined: nothing. */
export function mergePatch(before: KubeObject, after: KubeObject): Record<string, unknown> | undefined {
  const patch = between(comparable(before), comparable(after));
  return Object.keys(patch).length === 0 ? undefined : patch;
}

export function comparable({ metadata, ...rest }: KubeObject): Record<string, unknown> {
  const { resourceVersion: _, generation: __, managedFields: ___, ...kept } = { managedFields: undefined, ...metadata };
  return { ...rest, metadata: kept };
}

/** Lists are written anew as a whole, and what is no more is null. */
function between(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key] ?? undefined, after[key] ?? undefined];
    if (is === undefined) {
      if (was !== undefined) patch[key] = null;
    } else if (isRecord(was) && isRecord(is)) {
      const inner = between(was, is);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isDeepStrictEqual(was, is)) {
      patch[key] = is;
    }
  }
  return patch;
}
