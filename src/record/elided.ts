import { createHash } from 'node:crypto';

const newline = 0x0a;

/** Bytes of one log that were let go: how many, and what they hash to. */
export class ElidedBytes {
  lines = 0;
  bytes = 0;
  private readonly sum = createHash('sha256');

  add(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.sum.update(chunk);
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) this.lines++;
  }

  /** sha256 so far, hex. */
  hash(): string {
    return this.sum.copy().digest('hex');
  }
}
