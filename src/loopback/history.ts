import type { KubeObject } from './object.ts';
import type { ResourceName } from './resources.ts';

/** One write: what the object was before and is after. `DELETED` carries the object's last state. */
export interface Change {
  version: number;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  resource: ResourceName;
  key: string;
  before: KubeObject | undefined;
  object: KubeObject;
}

/** All writes since the last compaction, and the state they started from. */
export class History {
  /** The oldest version that can still be asked for. */
  oldest: number;
  private base = new Map<string, KubeObject>();
  private changes: Change[] = [];

  constructor(version: number) {
    this.oldest = version;
  }

  record(change: Change): void {
    this.changes.push(change);
  }

  after(version: number): readonly Change[] {
    return this.changes.filter((change) => change.version > version);
  }

  /** The objects as they were, by key. */
  at(version: number): ReadonlyMap<string, KubeObject> {
    const state = new Map(this.base);
    for (const change of this.changes) if (change.version <= version) apply(state, change);
    return state;
  }

  compact(version: number): void {
    this.base = new Map(this.at(version));
    this.changes = this.changes.filter((change) => change.version > version);
    this.oldest = version;
  }
}

function apply(state: Map<string, KubeObject>, { type, key, object }: Change): void {
  if (type === 'DELETED') state.delete(key);
  else state.set(key, object);
}
