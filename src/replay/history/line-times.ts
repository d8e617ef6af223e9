import type { RecordedLine } from './history.ts';
import type { ReadLine } from './log-streams.ts';

/** A line that is older than the first read of its log by more than this was there before it. */
const lateMs = 2_000;

interface Bounds {
  askedAt: number;
  skewMs: number;
  /** The container had ended then; no bound for one that was at work when its log was asked for. */
  before: number;
}

/**
 * A line is written at its stamp. How far the node's clock is from that of the recording process is told by the line that came
 * fastest; where all of them had been there for long it is taken for the API server's.
 */
export function inTime(lines: readonly ReadLine[], { askedAt, skewMs, before }: Bounds): RecordedLine[] {
  const offset = offsetOf(lines, askedAt, skewMs);
  let last = Number.NEGATIVE_INFINITY;
  return lines.map(({ at, stamp, text, elided }) => {
    const written = stamp === undefined ? at : Math.min(at, Date.parse(stamp) + offset);
    last = Math.max(last, Math.min(written, before));
    return { at: last, stamp, text, ...(elided && { elided }) };
  });
}

function offsetOf(lines: readonly ReadLine[], askedAt: number, skewMs: number): number {
  const stamped = lines.filter(({ stamp, elided }) => stamp !== undefined && elided === undefined);
  const offsets = stamped.map(({ at, stamp = '' }) => at - Date.parse(stamp));
  const fastest = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
  if (!Number.isFinite(fastest)) return 0;
  const allLate = stamped.every(({ stamp = '' }) => Date.parse(stamp) - skewMs < askedAt - lateMs);
  return allLate ? Math.min(fastest, -skewMs) : fastest;
}
