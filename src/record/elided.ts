import type { KeptChunk } from './kept.ts';

const newline = 0x0a;
/** A prime: the bytes of lines of one length are not met at the same places again and again. */
const step = 1021;

/**
 * What a log's bytes come to up to one of its chunks. It is taken when the chunk has just come: later its bytes are no
 * longer in a processor's cache, and to fetch them costs more than all else that a recorder does. The hash tells two
 * recordings of one log apart from those of two logs.
 */
export class LogSum {
  readonly bytes: number;
  private readonly one: number;
  private readonly other: number;

  /** Signed: small integers for the engine, no objects of their own. */
  constructor(bytes = 0, one = 0x811c9dc5 | 0, other = 0x9747b28c | 0) {
    this.bytes = bytes;
    this.one = one;
    this.other = other;
  }

  /** The sum with a chunk more. */
  plus(chunk: Buffer): LogSum {
    let { one, other } = this;
    for (let at = (step - (this.bytes % step)) % step; at < chunk.length; at += step) {
      const byte = chunk[at] ?? 0;
      one = Math.imul(one ^ byte, 0x01000193);
      other = (Math.imul(other ^ byte, 0x85ebca6b) + 1) | 0;
    }
    return new LogSum(this.bytes + chunk.length, one, other);
  }

  /** 16 hex digits, of every 1021st of the bytes. */
  hash(): string {
    return [this.one, this.other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** Bytes of one log that were let go. */
export class ElidedBytes {
  lines = 0;
  private sum = new LogSum();

  /** One more; `sum` is of all of them, and of this one. */
  add({ bytes, lineEnds }: Pick<KeptChunk, 'bytes' | 'lineEnds'>, sum: LogSum): void {
    this.lines += lineEnds ?? lineEndsIn(bytes);
    this.sum = sum;
  }

  get bytes(): number {
    return this.sum.bytes;
  }

  hash(): string {
    return this.sum.hash();
  }
}

function lineEndsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
