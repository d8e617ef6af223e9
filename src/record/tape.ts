import { ElidedBytes } from './elided.ts';
import { type Kept, sizeOf } from './kept.ts';

export interface TapeLimits {
  /** Bytes of a run's log that are kept from its beginning. */
  head: number;
  /** And from its end, with what was decided on each piece. */
  tail: number;
}

/**
 * The frames of one run in memory. Requests, heads, ends, answers and watch events are pinned; of the log the beginning
 * and the end are kept, and of what lies between only its size and hash.
 */
export class Tape {
  readonly dropped = { frames: 0, bytes: 0 };
  /** In the order of their coming; an elided frame stands where the first of its chunks stood. */
  private readonly kept = new Map<number, Kept>();
  private readonly elided = new Map<number, ElidedBytes>();
  private tail: number[] = [];
  private tailFrom = 0;
  private tailBytes = 0;
  private headBytes = 0;
  private next = 0;
  private total = 0;
  private readonly limits: TapeLimits;

  constructor(limits: TapeLimits) {
    this.limits = limits;
  }

  /** Memory taken, about. */
  get bytes(): number {
    return this.total;
  }

  get frames(): IterableIterator<Kept> {
    return this.kept.values();
  }

  pin(kept: Kept): void {
    this.kept.set(this.next++, kept);
    this.total += sizeOf(kept);
  }

  /** A piece of log, or what comes with each piece. */
  log(kept: Kept): void {
    const size = sizeOf(kept);
    if (this.headBytes + size <= this.limits.head) {
      this.headBytes += size;
      return this.pin(kept);
    }
    // From here on nothing more goes to the head, however small: it is the beginning, without holes.
    this.headBytes = this.limits.head;
    this.tail.push(this.next);
    this.tailBytes += size;
    this.pin(kept);
    while (this.tailBytes > this.limits.tail && this.tailFrom < this.tail.length) this.elideOldest();
  }

  /** Lets the end of the log go too. */
  dropTail(): void {
    while (this.tailFrom < this.tail.length) this.elideOldest();
  }

  /** Lets go of bodies, then of everything; what it was is counted. */
  drop(what: 'bodies' | 'everything'): void {
    this.dropTail();
    if (what === 'everything') this.elided.clear();
    for (const [key, kept] of this.kept) {
      if (what === 'bodies' && kept.f !== 'chunk') continue;
      this.remove(key, kept);
      this.dropped.frames++;
      this.dropped.bytes += kept.f === 'chunk' ? kept.bytes.length : 0;
    }
  }

  clear(): void {
    this.kept.clear();
    this.elided.clear();
    this.tail = [];
    this.tailFrom = 0;
    this.total = 0;
  }

  private elideOldest(): void {
    const key = this.tail[this.tailFrom++];
    const kept = key === undefined ? undefined : this.kept.get(key);
    if (key === undefined || kept === undefined) return;
    this.tailBytes -= sizeOf(kept);
    if (this.tailFrom > 1024 && this.tailFrom * 2 > this.tail.length) {
      this.tail = this.tail.slice(this.tailFrom);
      this.tailFrom = 0;
    }
    if (kept.f !== 'chunk') {
      this.remove(key, kept);
      this.dropped.frames++;
      return;
    }
    const known = this.elided.get(kept.id);
    const what = known ?? new ElidedBytes();
    what.add(kept.bytes);
    if (known !== undefined) return this.remove(key, kept);
    this.elided.set(kept.id, what);
    const placed: Kept = { f: 'elided', at: kept.at, id: kept.id, what };
    this.kept.set(key, placed);
    this.total += sizeOf(placed) - sizeOf(kept);
  }

  private remove(key: number, kept: Kept): void {
    this.kept.delete(key);
    this.total -= sizeOf(kept);
  }
}
