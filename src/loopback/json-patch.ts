import { isDeepStrictEqual } from 'node:util';
import { copyOf } from './copy.ts';
import { isRecord } from './object.ts';
import { badRequest, patchRejected } from './status.ts';

/**
 * Applies an RFC 6902 patch and returns the patched copy.
 * @throws Refusal 400 for a body that is no list of operations, 422 for one that cannot be applied.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  const root = { document: copyOf(document) };
  for (const operation of patch) applyOperation(root, operation);
  return root.document;
}

function applyOperation(root: { document: unknown }, operation: unknown): void {
  if (!isRecord(operation) || typeof operation.path !== 'string') throw patchRejected();
  const path = `/document${operation.path}`;
  switch (operation.op) {
    case 'test':
      if (!isDeepStrictEqual(lookUp(root, path) ?? null, operation.value ?? null)) throw patchRejected();
      return;
    case 'add':
    case 'replace':
      put(root, path, copyOf(operation.value), operation.op);
      return;
    case 'remove':
      take(root, path);
      return;
    case 'move':
      put(root, path, take(root, source(operation)), 'add');
      return;
    case 'copy':
      put(root, path, copyOf(existing(root, source(operation))), 'add');
      return;
    default:
      throw patchRejected();
  }
}

function source(operation: Record<string, unknown>): string {
  if (typeof operation.from !== 'string') throw patchRejected();
  return `/document${operation.from}`;
}

function put(root: unknown, path: string, value: unknown, how: 'add' | 'replace'): void {
  const { parent, key } = locate(root, path);
  if (Array.isArray(parent)) {
    const index = key === '-' && how === 'add' ? parent.length : arrayIndex(key);
    if (index > parent.length - (how === 'replace' ? 1 : 0)) throw patchRejected();
    parent.splice(index, how === 'replace' ? 1 : 0, value);
    return;
  }
  if (how === 'replace' && !Object.hasOwn(parent, key)) throw patchRejected();
  parent[key] = value;
}

function take(root: unknown, path: string): unknown {
  const value = existing(root, path);
  const { parent, key } = locate(root, path);
  if (Array.isArray(parent)) parent.splice(arrayIndex(key), 1);
  else delete parent[key];
  return value;
}

function existing(root: unknown, path: string): unknown {
  const value = lookUp(root, path);
  if (value === undefined) throw patchRejected();
  return value;
}

/** Undefined where nothing is; a missing parent is an error, as in the API server. */
function lookUp(root: unknown, path: string): unknown {
  const { parent, key } = locate(root, path);
  return Array.isArray(parent) ? parent[arrayIndex(key)] : parent[key];
}

function locate(root: unknown, path: string): { parent: unknown[] | Record<string, unknown>; key: string } {
  const keys = path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = keys.pop() ?? '';
  let at = root;
  for (const step of keys) {
    at = Array.isArray(at) ? at[arrayIndex(step)] : isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }
  if (!Array.isArray(at) && !isRecord(at)) throw patchRejected();
  return { parent: at, key };
}

function arrayIndex(key: string): number {
  if (!/^(0|[1-9]\d*)$/.test(key)) throw patchRejected();
  return Number(key);
}

/** RFC 7386; lists are replaced as a whole. Strategic merge is not offered: its list keys depend on the kind. */
export function applyMergePatch(document: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return copyOf(patch);
  const merged: Record<string, unknown> = isRecord(document) ? { ...document } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = applyMergePatch(merged[key], value);
  }
  return merged;
}
