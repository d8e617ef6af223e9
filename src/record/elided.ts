import type { KeptChunk } from './kept.ts';

const newline = 0x0a;
/** A prime: the bytes of lines of one length are not met at the same places again and again. */
const step = 257;

/**
 * Bytes of one log that were let go: how many, and what they hash to. The hash tells two recordings of one log apart from
 * those of two logs. Of all bytes it would cost a tenth of the reading of the log itself.
 */
export class ElidedBytes {
  lines = 0;
  bytes = 0;
  /** Signed: small integers for the engine, no objects of their own. */
  private one = 0x811c9dc5 | 0;
  private other = 0x9747b28c | 0;

  add({ bytes, lineEnds }: Pick<KeptChunk, 'bytes' | 'lineEnds'>): void {
    let { one, other } = this;
    for (let at = (step - (this.bytes % step)) % step; at < bytes.length; at += step) {
      const byte = bytes[at] ?? 0;
      one = Math.imul(one ^ byte, 0x01000193);
      other = (Math.imul(other ^ byte, 0x85ebca6b) + 1) | 0;
    }
    this.one = one;
    this.other = other;
    this.bytes += bytes.length;
    this.lines += lineEnds ?? lineEndsIn(bytes);
  }

  /** 16 hex digits, of every 257th of the bytes. */
  hash(): string {
    return [this.one, this.other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

function lineEndsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) count++;
  return count;
}
