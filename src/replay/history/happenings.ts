import type { OwnWrites } from '../world/own-writes.ts';
import type { Happening } from './history.ts';
import type { Life, Version } from './lives.ts';
import type { LostWrite } from './lost-writes.ts';
import { mergePatch } from './merge-patch.ts';
import { anchorAt, isOfRun } from './own-objects.ts';
import { versionOf } from './version-number.ts';

export interface Context {
  startedAt: number;
  skewMs: number;
  own: OwnWrites;
  /** When the cluster was first seen. */
  firstListAt: number;
  lost: readonly LostWrite[];
  /** Deletions that the run asked for. */
  deletions: ReadonlySet<string>;
  /** Of the first Job that the run made: what is older was there before it, whenever it was seen. */
  createdVersion: bigint | undefined;
}

/** What changed in the cluster, without what the run itself wrote. */
export function happeningsOf(lives: readonly Life[], given: Omit<Context, 'createdVersion'>): Happening[] {
  const created = lives.find(({ uid }) => given.own.jobs.some((job) => job.uid === uid))?.versions[0];
  const context = { ...given, createdVersion: created === undefined ? undefined : versionOf(created.object) };
  return lives.flatMap((life) => ofOneLife(life, context)).sort((one, other) => one.at - other.at);
}

function ofOneLife(life: Life, context: Context): Happening[] {
  const [first, ...later] = life.versions;
  if (first === undefined) return [];
  const { resource, namespace, name, uid } = life;
  const mine = isOfRun(context.own)(resource, first.object);
  const happening = (at: number, change: Happening['change']): Happening => {
    const after = mine ? anchorAt(at, context.own) : 'started';
    return { at, after, resource, namespace, name, change };
  };
  const happenings: Happening[] = [];
  if (!first.own && !context.own.jobs.some((job) => job.uid === uid)) {
    const object = first.object;
    const isEvent = resource === 'events';
    const at = isEvent ? loggedAt(first, context, mine) : sinceWhen(first, context, mine);
    happenings.push(happening(at, { is: 'put', object }));
  }
  let last = first.object;
  for (const { at, object, own } of later) {
    const lost = context.lost.find((write) => write.version === object);
    const patch = own ? undefined : mergePatch(lost?.after ?? last, object);
    if (patch !== undefined) happenings.push(happening(at, { is: 'patched', patch }));
    last = object;
  }
  if (life.goneAt !== undefined && !context.deletions.has(uid)) happenings.push(happening(life.goneAt, { is: 'gone' }));
  return happenings;
}

/** What was there before the run began is there from its beginning, whenever it was first asked for. */
function sinceWhen({ at, object }: Version, context: Context, mine: boolean): number {
  const { startedAt, skewMs, own, firstListAt } = context;
  if (at < startedAt) return at;
  if (mine && own.adopted.length === 0) return at;
  if (at <= firstListAt) return startedAt - 1;
  const createdAt = Date.parse(object.metadata.creationTimestamp) - skewMs;
  const older = context.createdVersion !== undefined && versionOf(object) < context.createdVersion;
  const by = older ? Math.min(at, own.asked.created ?? at) : at;
  if (createdAt > startedAt) return by;
  // Times of objects are whole seconds.
  const surely = createdAt + 1_000 <= startedAt;
  return surely || at < (own.asked.created ?? Infinity) ? startedAt - 1 : by;
}

/** An event was there when it says that it was made, not only when somebody asked for it. */
function loggedAt({ at, object }: Version, { startedAt, skewMs, own }: Context, mine: boolean): number {
  const { lastTimestamp, eventTime, series } = object;
  const times = [lastTimestamp, Object(series).lastObservedTime, eventTime, object.metadata.creationTimestamp];
  const says = times.map((time) => (typeof time === 'string' ? Date.parse(time) - skewMs : NaN)).find(Number.isFinite);
  if (says === undefined || says >= at) return at;
  if (!mine) return Math.max(says, startedAt - 1);
  const anchor = anchorAt(Math.min(at, says + 999), own);
  const earliest = anchor === 'started' ? startedAt - 1 : (own.at[anchor] ?? startedAt);
  return Math.min(at, Math.max(says, earliest));
}
