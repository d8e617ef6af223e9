/** What identifies a delivered line. The server stamps in nanoseconds, so a sampled hash is enough to tell two lines apart. */
export interface LineKey {
  stamp: string;
  length: number;
  hash: number;
}

/** Second, nanosecond, length, hash. */
const columns = 4;
const rowsAtFirst = 16;

/**
 * The keys of lines in the order of their coming, as numbers in a ring: a line lives here for two seconds of its log, and
 * an object for each would outlive the young generation, which then grows to the largest that it may be. A row keeps its
 * index; those that are let go are written over when room is needed.
 */
export class LineKeys {
  /** Of all rows that ever came. */
  length = 0;
  private rows: Float64Array;
  private first = 0;
  private unread = 0;

  constructor(capacity = rowsAtFirst) {
    this.rows = new Float64Array(capacity * columns);
  }

  /** How many rows there is room for. */
  get capacity(): number {
    return this.rows.length / columns;
  }

  /** @returns the second of its stamp */
  push(key: LineKey): number {
    if (this.length - this.first === this.capacity) this.makeRoom();
    const at = this.place(this.length++);
    const second = secondOf(key.stamp);
    this.rows[at] = second;
    this.rows[at + 1] = nanosecondOf(key.stamp);
    this.rows[at + 2] = key.length;
    this.rows[at + 3] = key.hash;
    return second;
  }

  /** No row before this one will be read again. */
  letGo(before: number): void {
    this.unread = Math.max(this.unread, before);
  }

  /** Seconds since the epoch. */
  secondAt(index: number): number {
    return this.rows[this.place(index)] ?? Number.NaN;
  }

  /** The first row of a stretch that is this line. */
  indexOf({ stamp, length, hash }: LineKey, from: number, to: number): number | undefined {
    if (from < this.first) throw new Error('lines are looked for that were let go');
    const [second, nanosecond] = [secondOf(stamp), nanosecondOf(stamp)];
    const { rows } = this;
    for (let index = from; index < to; index++) {
      const at = this.place(index);
      const sameText = rows[at + 2] === length && rows[at + 3] === hash;
      if (sameText && rows[at + 1] === nanosecond && rows[at] === second) return index;
    }
    return undefined;
  }

  /** Rows of their own, counted from 0. */
  slice(from: number, to: number): LineKeys {
    if (from < this.first) throw new Error('lines are looked for that were let go');
    const part = new LineKeys(Math.max(rowsAtFirst, 2 * (to - from)));
    for (let index = from; index < to; index++) part.rows.set(this.row(index), part.place(part.length++));
    return part;
  }

  private makeRoom(): void {
    if (2 * (this.unread - this.first) >= this.capacity) {
      this.first = this.unread;
      return;
    }
    const larger = new LineKeys(this.capacity * 2);
    for (let index = this.first; index < this.length; index++) larger.rows.set(this.row(index), larger.place(index));
    this.rows = larger.rows;
  }

  private place(index: number): number {
    return (index % this.capacity) * columns;
  }

  private row(index: number): Float64Array {
    const at = this.place(index);
    return this.rows.subarray(at, at + columns);
  }
}

/** `2026-01-02T03:04:05.000000000Z`: lines come many to a second, so the last one is remembered. */
let known = { text: '1970-01-01T00:00:00', second: 0 };

export function secondOf(stamp: string): number {
  if (!stamp.startsWith(known.text)) {
    const text = stamp.slice(0, 19);
    known = { text, second: Date.parse(`${text}Z`) / 1000 };
  }
  return known.second;
}

function nanosecondOf(stamp: string): number {
  let value = 0;
  for (let at = 20; at < 29; at++) {
    const digit = stamp.charCodeAt(at) - 48;
    value = value * 10 + (digit >= 0 && digit <= 9 ? digit : 0);
  }
  return value;
}
