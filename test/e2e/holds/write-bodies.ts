import { fieldOf } from '../wire-log.ts';

/** The patches that the rules know, each by what it alone changes. */
const kinds = {
  unsuspend: 'paperclip.io~1admitted-at',
  adopt: 'paperclip.io~1holder',
  conclude: 'paperclip.io~1concluded',
  release: 'paperclip.io~1holder-released-at',
  renew: 'paperclip.io~1holder-renewed-at',
} as const;
export type PatchKind = keyof typeof kinds;

const order: readonly PatchKind[] = ['unsuspend', 'adopt', 'conclude', 'release', 'renew'];

export function patchKind(body: unknown): PatchKind | undefined {
  const changed = operations(body).flatMap(({ op, path }) => (op === 'test' || op === 'remove' ? [] : [path]));
  return order.find((kind) => changed.includes(`/metadata/annotations/${kinds[kind]}`));
}

/** The uid that a patch tests before anything else. */
export function testedUid(body: unknown): string | undefined {
  const [first] = operations(body);
  return first?.op === 'test' && first.path === '/metadata/uid' ? String(first.value) : undefined;
}

export function preconditionOf(body: unknown): string | undefined {
  const uid = fieldOf(fieldOf(body, 'preconditions'), 'uid');
  return typeof uid === 'string' ? uid : undefined;
}

function operations(body: unknown): { op: unknown; path: unknown; value: unknown }[] {
  const list: readonly unknown[] = Array.isArray(body) ? body : [];
  return list.map((one) => ({ op: fieldOf(one, 'op'), path: fieldOf(one, 'path'), value: fieldOf(one, 'value') }));
}
