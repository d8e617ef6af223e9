import { isDeepStrictEqual } from 'node:util';
import { applyJsonPatch, applyMergePatch } from '../../loopback/json-patch.ts';
import { isRecord, type KubeObject } from '../../loopback/object.ts';
import { isResourceName, type ResourceName } from '../../loopback/resources.ts';
import { bodyOf, type Exchange, placeIn } from './exchanges.ts';
import type { Life, Version } from './lives.ts';
import { comparable } from './merge-patch.ts';

/** A write that was carried out although its answer never came. */
export interface LostWrite {
  exchange: Exchange;
  /** Of a patch: the version that shows it, and what the patch alone would have made of the one before. */
  version?: KubeObject;
  after?: KubeObject;
}

export function lostWritesOf(exchanges: readonly Exchange[], lives: readonly Life[]): LostWrite[] {
  return exchanges.flatMap((exchange): LostWrite[] => {
    const { request, head, end } = exchange;
    if (head !== undefined || end === undefined) return [];
    switch (request.verb) {
      case 'create':
        return wasCreated(exchange, exchanges, lives) ? [{ exchange }] : [];
      case 'patch':
        return patched(exchange, lives);
      case 'delete':
        return wasDeleted(exchange, exchanges, lives) ? [{ exchange }] : [];
      default:
        return [];
    }
  });
}

/** It stands there, or its name is taken when it is asked for again; and no later creation made it. */
function wasCreated(lost: Exchange, exchanges: readonly Exchange[], lives: readonly Life[]): boolean {
  const name = nameIn(lost.request.body);
  const { resource } = lost.request;
  const again = exchanges.filter(
    (one) =>
      one.at > lost.at &&
      one.request.verb === 'create' &&
      one.request.resource === resource &&
      nameIn(one.request.body) === name,
  );
  if (again.some((one) => isTaken(one))) return true;
  if (again.some(({ head }) => (head?.status ?? 500) < 300)) return false;
  return lives.some(
    (life) => life.resource === resource && life.name === name && (life.versions[0]?.at ?? 0) >= lost.at,
  );
}

export function isTaken(exchange: Exchange): boolean {
  return exchange.head?.status === 409 && Object(bodyOf(exchange)).reason === 'AlreadyExists';
}

/** The first version after it that shows what it asked for, where the version before did not. */
function patched(exchange: Exchange, lives: readonly Life[]): LostWrite[] {
  const { body } = exchange.request;
  for (const { versions } of livesAt(exchange, lives)) {
    for (const [index, { at, object, own }] of versions.entries()) {
      const before = versions[index - 1]?.object;
      if (before === undefined || at < exchange.at || own) continue;
      const after = applied(before, body);
      if (after === undefined || isSame(after, before)) continue;
      // What it took away can not be taken away twice.
      const again = applied(object, Array.isArray(body) ? body.filter((one) => Object(one).op !== 'remove') : body);
      if (again !== undefined && isSame(again, object)) return [{ exchange, version: object, after }];
    }
  }
  return [];
}

function wasDeleted(lost: Exchange, exchanges: readonly Exchange[], lives: readonly Life[]): boolean {
  const { path } = lost.request;
  const again = exchanges.some(
    ({ at, request, head }) =>
      at > lost.at && request.verb === 'delete' && request.path === path && (head?.status ?? 500) < 300,
  );
  if (again) return false;
  return livesAt(lost, lives).some(
    ({ goneAt, versions }) => (goneAt ?? 0) >= lost.at || versions.some(isGoing(lost.at)),
  );
}

function isGoing(from: number): (version: Version) => boolean {
  return ({ at, object }) => at >= from && object.metadata.deletionTimestamp !== undefined;
}

function livesAt({ request }: Exchange, lives: readonly Life[]): Life[] {
  const { namespace, name } = placeIn(request.path);
  const resource: ResourceName | undefined = isResourceName(request.resource) ? request.resource : undefined;
  return lives.filter((life) => life.resource === resource && life.namespace === namespace && life.name === name);
}

/** Without its tests: they were true when it was asked for. Undefined where it does not fit. */
function applied(object: KubeObject, patch: unknown): KubeObject | undefined {
  try {
    const after = Array.isArray(patch)
      ? applyJsonPatch(
          object,
          patch.filter((one) => Object(one).op !== 'test'),
        )
      : applyMergePatch(object, patch);
    return isRecord(after) && isRecord(after.metadata) ? { ...object, ...after } : undefined;
  } catch {
    return undefined;
  }
}

function isSame(one: KubeObject, other: KubeObject): boolean {
  return isDeepStrictEqual(comparable(one), comparable(other));
}

function nameIn(body: unknown): unknown {
  return Object(Object(body).metadata).name;
}
