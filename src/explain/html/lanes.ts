import { type Json, text } from '../../kubernetes/json.ts';
import type { Sight } from './answers.ts';
import { containerStates, gone, jobState, podState, type State } from './object-state.ts';

export interface Change extends State {
  t: number;
}

/** One object or container, and how its state changed. */
export interface Lane {
  kind: 'Job' | 'pod' | 'container';
  name: string;
  changes: Change[];
  /** Changes that came when there was no more room. */
  more: number;
}

const lanesMax = 24;
const changesMax = 200;

/** What the cluster showed of the run's objects, in the order in which it was heard. */
export class Lanes {
  private readonly lanes = new Map<string, Lane>();
  private readonly versions = new Map<string, number>();
  /** Objects that came when there was no more room. */
  more = 0;

  get all(): Lane[] {
    return [...this.lanes.values()];
  }

  see({ t, kind, object, name = '', deleted }: Sight): void {
    const owner = kind === 'jobs' ? 'Job' : 'pod';
    if (object === undefined) {
      // Somebody else's name is no lane of this run.
      if (this.lanes.has(`${owner} ${name}`)) this.vanish(owner, name, t);
      return;
    }
    if (this.isOlder(kind, object)) return;
    if (kind === 'jobs') this.note('Job', name, name, t, jobState(object));
    else {
      this.note('pod', name, name, t, podState(object));
      for (const one of containerStates(object)) this.note('container', one.name, name, t, one.state);
    }
    if (deleted) this.vanish(owner, name, t);
  }

  /** That it is missing from a list is a decision of the run, not an event. */
  jobDeleted(t: number, route: string): void {
    if (route === 'deletion-timestamp' || route === 'own-delete') return;
    const job = this.all.findLast(({ kind }) => kind === 'Job');
    if (job !== undefined) this.vanish('Job', job.name, t);
  }

  private vanish(owner: 'Job' | 'pod', name: string, t: number): void {
    this.note(owner, name, name, t, gone);
    if (owner === 'Job') return;
    for (const [key, lane] of this.lanes) {
      if (key.startsWith(`container ${name}/`)) this.note('container', lane.name, name, t, gone);
    }
  }

  private note(kind: Lane['kind'], name: string, of: string, t: number, state: State): void {
    const key = kind === 'container' ? `container ${of}/${name}` : `${kind} ${name}`;
    const lane = this.lanes.get(key) ?? this.begin(key, kind, name);
    const last = lane?.changes.at(-1);
    if (lane === undefined || (last?.label === state.label && last.detail === state.detail)) return;
    if (lane.changes.length < changesMax) lane.changes.push({ t, ...state });
    else lane.more++;
  }

  private begin(key: string, kind: Lane['kind'], name: string): Lane | undefined {
    if (this.lanes.size >= lanesMax) {
      this.more++;
      return undefined;
    }
    const lane: Lane = { kind, name, changes: [], more: 0 };
    this.lanes.set(key, lane);
    return lane;
  }

  /** Two watches and a list may tell of an object in another order than it changed. */
  private isOlder(kind: string, object: Json): boolean {
    const key = `${kind} ${text(object, 'metadata', 'uid') ?? text(object, 'metadata', 'name')}`;
    const version = Number(text(object, 'metadata', 'resourceVersion'));
    const known = this.versions.get(key) ?? 0;
    if (Number.isNaN(version)) return false;
    if (this.versions.has(key) || this.versions.size < lanesMax * 4) this.versions.set(key, Math.max(known, version));
    return version < known;
  }
}
