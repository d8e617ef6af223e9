import { isDeepStrictEqual } from 'node:util';
import { isRecord, type KubeObject } from '../../loopback/object.ts';
import type { OwnWrites } from '../world/own-writes.ts';
import type { Anchor, Happening } from './history.ts';
import { keyOf, type Sighting } from './sightings.ts';

export interface Beginning {
  startedAt: number;
  own: OwnWrites;
  /** When the cluster was first seen: what it had by then it had from the beginning. */
  firstAnswerAt: number;
}

interface Context extends Beginning {
  /** The version that the run's own write made when it let its Job begin. */
  released: bigint | undefined;
}

/** What changed in the cluster from one sighting to the next, without what the run itself wrote. */
export function happeningsOf(sightings: readonly Sighting[], beginning: Beginning): Happening[] {
  const context = { ...beginning, released: sightings.find(letsGo)?.version };
  const byObject = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const key = keyOf(sighting);
    byObject.set(key, [...(byObject.get(key) ?? []), sighting]);
  }
  return [...byObject.values()].flatMap((seen) => ofOneObject(seen, context)).sort((one, other) => one.at - other.at);
}

function ofOneObject(seen: readonly Sighting[], context: Context): Happening[] {
  const happenings: Happening[] = [];
  let last: KubeObject | undefined;
  for (const { at, resource, namespace, name, object, own, version } of inOrder(seen)) {
    const ofRun = isOfRun(resource, object ?? last, name, context.own);
    const after = ofRun ? anchorOf(at, version, context) : 'started';
    const happening = { at, after, resource, namespace, name };
    if (object === undefined) {
      if (last !== undefined && !own) happenings.push({ ...happening, change: { is: 'gone' } });
      last = undefined;
      continue;
    }
    const before = last;
    last = object;
    if (own) continue;
    if (before?.metadata.uid !== object.metadata.uid) {
      const ours = resource === 'jobs' && context.own.jobs.some(({ uid }) => uid === object.metadata.uid);
      if (!ours)
        happenings.push({ ...happening, at: sinceWhen(at, object, context, ofRun), change: { is: 'put', object } });
      continue;
    }
    const patch = patchBetween(comparable(before), comparable(object));
    if (Object.keys(patch).length > 0) happenings.push({ ...happening, change: { is: 'patched', patch } });
  }
  return happenings;
}

/** By version, not by arrival: an answer may be overtaken. A version counts from the first time that it was seen. */
function inOrder(seen: readonly Sighting[]): Sighting[] {
  let newest = -1n;
  return seen.filter(({ version }) => {
    if (version === undefined) return true;
    if (version <= newest) return false;
    newest = version;
    return true;
  });
}

/** What was there before the run began is there from its beginning; what is found out later says when it was made. */
function sinceWhen(at: number, object: KubeObject, { startedAt, own, firstAnswerAt }: Context, ofRun: boolean): number {
  if (ofRun) return at;
  const created = Date.parse(object.metadata.creationTimestamp);
  const early =
    at <= firstAnswerAt || (created < startedAt - 1000 && at < (own.at.created ?? Number.POSITIVE_INFINITY));
  return early ? startedAt - 1 : at;
}

function isOfRun(resource: string, object: KubeObject | undefined, name: string, { jobs }: OwnWrites): boolean {
  if (resource === 'jobs') return jobs.some((job) => job.name === name);
  if (resource === 'events') {
    const about = Object(object?.involvedObject);
    return jobs.some((job) => job.uid === about.uid || String(about.name).startsWith(job.name));
  }
  return object?.metadata.ownerReferences?.some(({ uid }) => jobs.some((job) => job.uid === uid)) ?? false;
}

function letsGo({ own, resource, object }: Sighting): boolean {
  return own && resource === 'jobs' && isRecord(object?.spec) && object.spec.suspend !== true;
}

/** What came of the release may be seen before its own answer is. */
function anchorOf(at: number, version: bigint | undefined, { own, released }: Context): Anchor {
  const known = anchorAt(at, own);
  return known === 'created' && version !== undefined && released !== undefined && version > released
    ? 'released'
    : known;
}

export function anchorAt(at: number, own: OwnWrites): Anchor {
  const passed = (['deleted', 'released', 'created'] as const).find((anchor) => (own.at[anchor] ?? Infinity) <= at);
  return passed ?? (own.jobs.length > 0 ? 'created' : 'started');
}

function comparable({ metadata, ...rest }: KubeObject): Record<string, unknown> {
  const { resourceVersion: _, generation: __, managedFields: ___, ...kept } = { managedFields: undefined, ...metadata };
  return { ...rest, metadata: kept };
}

/** RFC 7386. */
function patchBetween(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[key], after[key]];
    if (is === undefined) {
      if (was !== undefined) patch[key] = null;
    } else if (isRecord(was) && isRecord(is)) {
      const inner = patchBetween(was, is);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isDeepStrictEqual(was, is)) {
      patch[key] = is;
    }
  }
  return patch;
}
