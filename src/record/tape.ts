import { ElidedBytes, LogSum } from './elided.ts';
import { type Kept, sizeOf } from './kept.ts';

export interface TapeLimits {
  /** Bytes of a run's log that are kept from its beginning. */
  head: number;
  /** And from its end, with what was decided on each piece. */
  tail: number;
}

/** A frame and its place in the order of their coming. */
interface Placed {
  order: number;
  kept: Kept;
  size: number;
  /** Of a chunk of the tail: its log from the end of the head on, and its own bytes. */
  sum: LogSum | undefined;
}

/**
 * The frames of one run in memory. Requests, heads, ends, answers and watch events are pinned; of the log the beginning
 * and the end are kept, and of what lies between only its size and hash.
 */
export class Tape {
  readonly dropped = { frames: 0, bytes: 0 };
  private pinned: Placed[] = [];
  /** The end of the log, from `tailFrom` on; what lies before holds nothing. */
  private tail: (Placed | undefined)[] = [];
  private tailFrom = 0;
  private tailBytes = 0;
  private headBytes = 0;
  private next = 0;
  private total = 0;
  /** By request. */
  private readonly sums = new Map<number, LogSum>();
  /** An elided frame stands where the first of its chunks stood. */
  private readonly elided = new Map<number, Placed>();
  private readonly limits: TapeLimits;

  constructor(limits: TapeLimits) {
    this.limits = limits;
  }

  /** Memory taken, about. */
  get bytes(): number {
    return this.total;
  }

  /** In the order of their coming. */
  get frames(): Kept[] {
    const all = [...this.pinned, ...this.elided.values(), ...this.tail];
    return all
      .filter((placed) => placed !== undefined)
      .sort((one, other) => one.order - other.order)
      .map(({ kept }) => kept);
  }

  pin(kept: Kept): void {
    const placed = this.place(kept);
    this.pinned.push(placed);
    this.total += placed.size;
  }

  /** A piece of log, or what comes with each piece. */
  log(kept: Kept): void {
    const placed = this.place(kept);
    this.total += placed.size;
    if (this.headBytes + placed.size <= this.limits.head) {
      this.headBytes += placed.size;
      this.pinned.push(placed);
      return;
    }
    // From here on nothing more goes to the head, however small: it is the beginning, without holes.
    this.headBytes = this.limits.head;
    if (kept.f === 'chunk') {
      placed.sum = (this.sums.get(kept.id) ?? new LogSum()).plus(kept.bytes);
      this.sums.set(kept.id, placed.sum);
    }
    this.tail.push(placed);
    this.tailBytes += placed.size;
    while (this.tailBytes > this.limits.tail && this.tailFrom < this.tail.length) this.elideOldest();
  }

  /** Lets the end of the log go too. */
  dropTail(): void {
    while (this.tailFrom < this.tail.length) this.elideOldest();
  }

  /** Lets go of bodies, then of everything; what it was is counted. */
  drop(what: 'bodies' | 'everything'): void {
    this.dropTail();
    const isGone = ({ kept }: Placed) => what === 'everything' || kept.f === 'chunk';
    const elided = what === 'everything' ? [...this.elided.values()] : [];
    for (const { kept, size } of [...this.pinned.filter(isGone), ...elided]) {
      this.total -= size;
      this.dropped.frames++;
      this.dropped.bytes += kept.f === 'chunk' ? kept.bytes.length : 0;
    }
    this.pinned = this.pinned.filter((placed) => !isGone(placed));
    if (what === 'everything') this.elided.clear();
  }

  clear(): void {
    this.pinned = [];
    this.tail = [];
    this.tailFrom = 0;
    this.elided.clear();
    this.sums.clear();
    this.total = 0;
  }

  private place(kept: Kept): Placed {
    return { order: this.next++, kept, size: sizeOf(kept), sum: undefined };
  }

  private elideOldest(): void {
    const placed = this.tail[this.tailFrom];
    this.tail[this.tailFrom++] = undefined;
    if (placed === undefined) return;
    if (this.tailFrom > 256 && this.tailFrom * 2 > this.tail.length) {
      this.tail = this.tail.slice(this.tailFrom);
      this.tailFrom = 0;
    }
    this.tailBytes -= placed.size;
    this.total -= placed.size;
    const { kept, order, sum } = placed;
    if (kept.f !== 'chunk' || sum === undefined) {
      this.dropped.frames++;
      return;
    }
    const known = this.elided.get(kept.id);
    if (known?.kept.f === 'elided') return known.kept.what.add(kept, sum);
    const what = new ElidedBytes();
    what.add(kept, sum);
    const elided: Kept = { f: 'elided', at: kept.at, id: kept.id, what };
    const size = sizeOf(elided);
    this.elided.set(kept.id, { order, kept: elided, size, sum });
    this.total += size;
  }
}
