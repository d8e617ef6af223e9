import type { Clock } from '../../engine/clock.ts';
import type { ClusterApi } from '../../loopback/cluster-api.ts';
import { isPod, type JobObject, type PodObject, wholeSeconds } from '../../loopback/object.ts';
import type { Names } from './names.ts';
import type { OwnWrites } from './own-writes.ts';

/** A Job that the build under replay deleted. */
export interface Deletion {
  at: number;
  job: string;
  uid: string;
  /** Its agent was at work, or could still have begun. */
  living: boolean;
}

export interface DeletionsInput {
  api: ClusterApi;
  clock: Clock;
  own: OwnWrites;
  names: Names;
  /** ms by which the world is late. */
  lag: () => number;
}

/** A process that is told to end does so within a second, unless the recording knows better. */
const obeysMs = 1_000;

/** What the build deletes, and what follows of it where the recording has nothing to say: there the Job lived on. */
export class Deletions {
  readonly all: Deletion[] = [];
  /** The recorded run let the Job live on at this point: what the recording tells of it from here on did not happen. */
  tooEarly = false;
  private readonly api: ClusterApi;
  private readonly clock: Clock;
  private readonly own: OwnWrites;
  private readonly names: Names;
  private readonly lag: () => number;
  /** Jobs that have had their pod. The one pod of a run is never replaced: without it nothing lives. */
  private readonly begun = new Set<string>();

  constructor({ api, clock, own, names, lag }: DeletionsInput) {
    this.api = api;
    this.clock = clock;
    this.own = own;
    this.names = names;
    this.lag = lag;
    api.store.subscribe(({ object }) => {
      if (isPod(object)) for (const { uid } of object.metadata.ownerReferences ?? []) this.begun.add(uid);
    });
  }

  add({ metadata, spec }: JobObject): void {
    const pods = this.podsOf(metadata.uid, metadata.namespace);
    const living = pods.some((pod) => !this.hasEnded(pod)) || (!this.begun.has(metadata.uid) && spec.suspend !== true);
    this.all.push({ at: this.clock.now(), job: metadata.name, uid: metadata.uid, living });
    const recorded = this.own.at.deleted;
    const early = recorded === undefined || this.clock.now() - this.lag() < recorded - obeysMs;
    if (!living || !early) return;
    this.tooEarly = true;
    for (const pod of pods) this.clock.at(this.clock.now() + obeysMs, () => this.end(pod));
  }

  private podsOf(uid: string, namespace: string | undefined): PodObject[] {
    const { items } = this.api.store.list({ resource: 'pods', namespace });
    return items.filter(isPod).filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
  }

  private end({ metadata: { namespace, name } }: PodObject): void {
    const at = { resource: 'pods' as const, namespace, name };
    if (this.api.store.find(at) === undefined) return;
    const finishedAt = wholeSeconds(this.api.now());
    this.api.store.update(at, (pod) => {
      if (!isPod(pod)) return;
      pod.status.phase = 'Failed';
      for (const status of pod.status.containerStatuses ?? []) {
        if (status.state.terminated !== undefined) continue;
        status.state = { terminated: { exitCode: 143, reason: 'Error', startedAt: null, finishedAt } };
      }
    });
    this.api.store.remove(at);
  }

  private hasEnded({ status, metadata }: PodObject): boolean {
    if (status.phase === 'Succeeded' || status.phase === 'Failed') return true;
    const agent = this.names.agentIn(metadata.name);
    return (status.containerStatuses ?? []).some(({ name, state }) => name === agent && state.terminated !== undefined);
  }
}
