import type { Clock } from '../../engine/clock.ts';
import type { Anchor } from '../history/history.ts';
import type { OwnWrites } from './own-writes.ts';

interface Entry {
  at: number;
  fn: () => void;
  happened?: true;
}

/** A process whose time is virtual needs none to think: in a race it is early by so much, and no more. */
const thoughtMs = 250;

const order: readonly Anchor[] = ['started', 'created', 'released', 'deleted'];

/**
 * When what was recorded happens again. What followed a write of the recorded run's own waits for the same write of the build
 * under replay, and is late by as much as that is; it is never earlier than it was.
 */
export class Schedule {
  /** How far the world is behind the recording, ms. */
  lag = 0;
  private readonly clock: Clock;
  private readonly recorded: OwnWrites['at'];
  /** What may happen before the Job is there, in the order in which it was added. */
  private readonly first: Entry[] = [];
  private readonly begun = new Set<Anchor>(['started']);
  private readonly waiting: Record<Anchor, Entry[]> = { started: [], created: [], released: [], deleted: [] };

  constructor(clock: Clock, recorded: OwnWrites['at']) {
    this.clock = clock;
    this.recorded = recorded;
  }

  /** The moment of the recording that it is now. */
  now(): number {
    return this.clock.now() - this.lag;
  }

  add(after: Anchor, at: number, fn: () => void): void {
    if (this.begun.has(after)) this.set({ at, fn });
    else this.waiting[after].push({ at, fn });
  }

  /** What has no anchor of its own hangs on the last write before it. */
  addAt(at: number, fn: () => void): void {
    const known = order.filter((anchor) => anchor === 'started' || (this.recorded[anchor] ?? Infinity) <= at);
    this.add(known.at(-1) ?? 'started', at, fn);
  }

  begin(anchor: Exclude<Anchor, 'started'>): void {
    if (this.begun.has(anchor)) return;
    this.begun.add(anchor);
    const then = this.recorded[anchor];
    if (then !== undefined) this.lag = Math.max(this.lag, this.clock.now() - then);
    for (const entry of this.waiting[anchor].splice(0)) this.set(entry);
  }

  /** Before the build creates its Job: whoever was there before the recorded run's Job, and narrowly, is there before this one. */
  keepOrder(): void {
    const created = this.recorded.created ?? Number.NEGATIVE_INFINITY;
    if (this.begun.has('created') || this.now() + thoughtMs < created) return;
    for (const entry of this.first.splice(0)) if (entry.at <= created) this.let(entry);
  }

  private set(entry: Entry): void {
    if (!this.begun.has('created')) this.first.push(entry);
    this.clock.at(entry.at + this.lag, () => this.let(entry));
  }

  private let(entry: Entry): void {
    if (entry.happened) return;
    entry.happened = true;
    entry.fn();
  }
}
