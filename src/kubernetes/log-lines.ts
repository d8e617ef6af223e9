import type { LogLine, LogText } from '../run/snapshot.ts';
import { stampIn, stampMax } from './log-stamp.ts';

const newline = 0x0a;
const space = 0x20;
/** So much text is decoded at once. More would only be more that is alive at one time. */
const batchBytes = 32 * 1024;
/** Room for an unfinished line; more than the second is given back when the line is done. */
const restBytes = { first: 256, kept: 64 * 1024 };

/** Complete lines that follow one another. */
export interface LogBatch {
  lines: LogLine[];
  /** The lines' own texts are parts of it. */
  whole: LogText;
}

/** Where the texts of a batch are put side by side: one for all streams, since it is empty whenever a batch is given. */
const texts = Buffer.allocUnsafeSlow(batchBytes);

/**
 * Cuts the bytes of `pods/log?timestamps=true` into lines, whatever the chunks: a character or a line may be cut
 * anywhere. Keeps only the unfinished last line. What is passed on is decoded once, many lines in one piece.
 */
export class LogLines {
  /** How many line ends there were so far. */
  ended = 0;
  private rest = Buffer.allocUnsafeSlow(restBytes.first);
  private restLength = 0;
  private length = 0;
  private stamps: (string | undefined)[] = [];

  /** The lines completed by these bytes. All batches are to be taken; then the bytes are no longer needed. */
  *push(chunk: Buffer): Generator<LogBatch> {
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      this.ended++;
      const whole = this.restLength === 0;
      if (!whole) this.keep(chunk, from, to);
      const bytes = whole ? chunk : this.rest;
      const begin = whole ? from : 0;
      const end = whole ? to : this.restLength;
      const fits = end - begin < batchBytes;
      if (this.length > 0 && this.length + end - begin >= batchBytes) yield this.batch();
      if (fits) this.add(bytes, begin, end);
      else yield alone(bytes, begin, end);
      if (!whole) this.forget();
      from = to + 1;
    }
    if (from < chunk.length) this.keep(chunk, from, chunk.length);
    if (this.length > 0) yield this.batch();
  }

  /** What is left without a newline, at the end of the stream. */
  partial(): LogLine | undefined {
    if (this.restLength === 0) return undefined;
    const { stamp, begin } = partsOf(this.rest, 0, this.restLength);
    return { stamp, text: this.rest.toString('utf8', begin, this.restLength) };
  }

  private add(bytes: Buffer, from: number, to: number): void {
    const { stamp, begin } = partsOf(bytes, from, to);
    this.stamps.push(stamp);
    this.length += bytes.copy(texts, this.length, begin, to);
    texts[this.length++] = newline;
  }

  private batch(): LogBatch {
    const text = texts.toString('utf8', 0, this.length);
    let from = 0;
    const lines = this.stamps.map((stamp) => {
      const to = text.indexOf('\n', from);
      const line = { stamp, text: text.slice(from, to) };
      from = to + 1;
      return line;
    });
    const whole = { text, bytes: this.length };
    this.length = 0;
    this.stamps = [];
    return { lines, whole };
  }

  private keep(chunk: Buffer, from: number, to: number): void {
    const needed = this.restLength + to - from;
    if (needed > this.rest.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.rest.length * 2));
      this.rest.copy(larger, 0, 0, this.restLength);
      this.rest = larger;
    }
    chunk.copy(this.rest, this.restLength, from, to);
    this.restLength = needed;
  }

  private forget(): void {
    this.restLength = 0;
    if (this.rest.length > restBytes.kept) this.rest = Buffer.allocUnsafeSlow(restBytes.first);
  }
}

/** A line that is longer than a batch. */
function alone(bytes: Buffer, from: number, to: number): LogBatch {
  const { stamp, begin } = partsOf(bytes, from, to);
  const text = bytes.toString('utf8', begin, to);
  return { lines: [{ stamp, text }], whole: { text: `${text}\n`, bytes: to - begin + 1 } };
}

/**
 * `2026-01-02T03:04:05.000000000Z text`. A line without a stamp is a fragment, or the kubelet's own word, and keeps all
 * of its text, from `begin` on. An empty line of output may come as its stamp with the blank cut off.
 */
function partsOf(bytes: Buffer, from: number, to: number): { stamp: string | undefined; begin: number } {
  const most = Math.min(to, from + stampMax + 1);
  let blank = from;
  while (blank < most && bytes[blank] !== space) blank++;
  // A string of its own: as a part of a longer one it would keep that in memory for as long as the run knows it.
  const stamp = stampIn(bytes.toString('latin1', from, blank));
  return { stamp, begin: stamp === undefined ? from : Math.min(blank + 1, to) };
}
