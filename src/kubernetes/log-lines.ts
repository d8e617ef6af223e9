import type { LogLine } from '../run/snapshot.ts';

const newline = 0x0a;

/**
 * Cuts the bytes of `pods/log?timestamps=true` into lines, whatever the chunks: a character or a line may be cut
 * anywhere. Keeps only the unfinished last line.
 */
export class LogLines {
  private rest: Buffer[] = [];

  /** The lines completed by these bytes. */
  push(chunk: Buffer): LogLine[] {
    const end = chunk.lastIndexOf(newline);
    if (end < 0) {
      this.rest.push(chunk);
      return [];
    }
    const whole =
      this.rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([...this.rest, chunk.subarray(0, end)]);
    this.rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    return whole.toString('utf8').split('\n').map(readLine);
  }

  /** What is left without a newline, at the end of the stream. */
  partial(): LogLine | undefined {
    if (this.rest.length === 0) return undefined;
    return readLine(Buffer.concat(this.rest).toString('utf8'));
  }
}

const stamped =
  /^(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * `2026-01-02T03:04:05.000000000Z text`. A line without a stamp is a fragment, or the kubelet's own word, and keeps all
 * of its text. An empty line of output may come as its stamp with the blank cut off.
 */
function readLine(line: string): LogLine {
  const space = line.indexOf(' ');
  const end = space < 0 ? line.length : space;
  const parts = end < 20 || end > 35 ? null : stamped.exec(line.slice(0, end));
  if (parts === null) return { stamp: undefined, text: line };
  const [stamp, seconds = '', fraction = '', offset = ''] = parts;
  return { stamp: offset === 'Z' ? stamp : inUtc(seconds, fraction, offset), text: line.slice(end + 1) };
}

/** Nodes outside UTC stamp with their offset; the fraction is kept to the nanosecond. */
function inUtc(seconds: string, fraction: string, offset: string): string {
  return `${new Date(`${seconds}${offset}`).toISOString().slice(0, 19)}${fraction}Z`;
}
