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

/** `2026-01-02T03:04:05.000000000Z text`. A line without a stamp is a fragment, or the kubelet's own word. */
function readLine(line: string): LogLine {
  const space = line.indexOf(' ');
  if (space < 20 || space > 35 || line.charCodeAt(10) !== 0x54 || line.charCodeAt(4) !== 0x2d) {
    return isStampAlone(line) ? { stamp: line, text: '' } : { stamp: undefined, text: line };
  }
  const stamp = line.slice(0, space);
  return { stamp: stamp.endsWith('Z') ? stamp : inUtc(stamp), text: line.slice(space + 1) };
}

/** An empty line of output may come as its stamp with the blank cut off. */
function isStampAlone(line: string): boolean {
  return line.length <= 35 && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(line);
}

/** Nodes outside UTC stamp with their offset; the fraction is kept to the nanosecond. */
function inUtc(stamp: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d:\d\d)$/.exec(stamp);
  if (parts === null) return undefined;
  const [, seconds, fraction = '', offset] = parts;
  return `${new Date(`${seconds}${offset}`).toISOString().slice(0, 19)}${fraction}Z`;
}
