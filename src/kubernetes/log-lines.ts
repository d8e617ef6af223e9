import type { LogLine } from '../run/snapshot.ts';

const newline = 0x0a;
const space = 0x20;
/** `2026-01-02T03:04:05Z`, `2026-01-02T03:04:05.000000000+02:30` */
const stampMin = 20;
const stampMax = 35;

/**
 * Cuts the bytes of `pods/log?timestamps=true` into lines, whatever the chunks: a character or a line may be cut
 * anywhere. Keeps only the unfinished last line.
 */
export class LogLines {
  private rest: Buffer[] = [];

  /** The lines completed by these bytes. */
  push(chunk: Buffer): LogLine[] {
    const lines: LogLine[] = [];
    let from = 0;
    for (let to = chunk.indexOf(newline); to >= 0; to = chunk.indexOf(newline, from)) {
      lines.push(this.rest.length === 0 ? readLine(chunk, from, to) : joined([...this.rest, chunk.subarray(0, to)]));
      if (this.rest.length > 0) this.rest = [];
      from = to + 1;
    }
    if (from < chunk.length) this.rest.push(chunk.subarray(from));
    return lines;
  }

  /** What is left without a newline, at the end of the stream. */
  partial(): LogLine | undefined {
    return this.rest.length === 0 ? undefined : joined(this.rest);
  }
}

function joined(pieces: readonly Buffer[]): LogLine {
  const whole = Buffer.concat(pieces);
  return readLine(whole, 0, whole.length);
}

const stamped =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * `2026-01-02T03:04:05.000000000Z text`. A line without a stamp is a fragment, or the kubelet's own word, and keeps all
 * of its text. An empty line of output may come as its stamp with the blank cut off. Stamp and text are made from the
 * bytes one by one: as parts of a longer string each of them would keep that whole string in memory.
 */
function readLine(bytes: Buffer, from: number, to: number): LogLine {
  const blank = bytes.indexOf(space, from);
  const end = blank < 0 || blank > to ? to : blank;
  const size = end - from;
  const parts = size < stampMin || size > stampMax ? null : stamped.exec(bytes.toString('latin1', from, end));
  if (parts === null) return { stamp: undefined, text: bytes.toString('utf8', from, to) };
  const [stamp, seconds = '', fraction = '', offset = ''] = parts;
  const text = bytes.toString('utf8', Math.min(end + 1, to), to);
  return { stamp: offset === 'Z' ? stamp : inUtc(seconds, fraction, offset), text };
}

/** Nodes outside UTC stamp with their offset; the fraction is kept to the nanosecond. */
function inUtc(seconds: string, fraction: string, offset: string): string {
  return `${new Date(`${seconds}${offset}`).toISOString().slice(0, 19)}${fraction}Z`;
}
