/** What identifies a delivered line. The server stamps in nanoseconds, so a sampled hash is enough to tell two lines apart. */
export interface LineKey {
  stamp: string;
  length: number;
  hash: number;
}

/** Second, nanosecond, length, hash. */
const columns = 4;

/**
 * The keys of lines in the order of their coming, as numbers: a line lives here for two seconds of its log, and an object
 * for each would outlive the young generation, which then grows to the largest that it may be.
 */
export class LineKeys {
  length = 0;
  private rows: Float64Array;

  constructor(rows = 4) {
    this.rows = new Float64Array(rows * columns);
  }

  push(key: LineKey): void {
    const at = this.length * columns;
    if (at === this.rows.length) {
      const larger = new Float64Array(this.rows.length * 2);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows[at] = secondOf(key.stamp);
    this.rows[at + 1] = nanosecondOf(key.stamp);
    this.rows[at + 2] = key.length;
    this.rows[at + 3] = key.hash;
    this.length++;
  }

  /** Seconds since the epoch. */
  secondAt(index: number): number {
    return this.rows[index * columns] ?? Number.NaN;
  }

  /** The first row of a stretch that is this line. */
  indexOf({ stamp, length, hash }: LineKey, from: number, to: number): number | undefined {
    const [second, nanosecond] = [secondOf(stamp), nanosecondOf(stamp)];
    const { rows } = this;
    for (let index = from; index < to; index++) {
      const at = index * columns;
      const sameText = rows[at + 2] === length && rows[at + 3] === hash;
      if (sameText && rows[at + 1] === nanosecond && rows[at] === second) return index;
    }
    return undefined;
  }

  /** Rows of their own, with room for as many again. */
  slice(from: number, to: number): LineKeys {
    const part = new LineKeys(Math.max(4, 2 * (to - from)));
    part.rows.set(this.rows.subarray(from * columns, to * columns));
    part.length = to - from;
    return part;
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
