import type { ElidedFrame } from '../../record/frame.ts';
import { readLine } from './log-line.ts';
import type { ReadLine } from './log-streams.ts';
import { nanoseconds, stampOf } from './stamps.ts';

/** The middle of a log that was not kept. */
export interface Hole {
  /** When its first bytes came. */
  at: number;
  frame: ElidedFrame;
  /** What there is of the line in which it begins. */
  begun: string;
  /** What follows it is the end of a line that is in it. */
  endsWithin: boolean;
}

export interface Edges {
  before: ReadLine | undefined;
  /** The first whole line after it; undefined where the read ended within it, at `endedAt`. */
  next: ReadLine | undefined;
  endedAt: number;
}

const stampBytes = 31;
const frameOfText = '{"type":"elided","x":""}'.length;

/**
 * Lines in the place of those whose text was not kept: as many, about as long, spread over the time between, and of no type
 * that Claude Code has.
 */
export function elidedLines({ at, frame, begun, endsWithin }: Hole, { before, next, endedAt }: Edges): ReadLine[] {
  const count = frame.lines + (endsWithin ? 1 : 0);
  if (count === 0) return [];
  const length = Math.round((frame.bytes + Buffer.byteLength(begun)) / count) - stampBytes - 1;
  const text = `{"type":"elided","x":"${'x'.repeat(Math.max(0, length - frameOfText))}"}`;
  const start = readLine(begun, at).stamp;
  const until = Math.max(at, next?.at ?? endedAt);
  const to = nanoseconds(next?.stamp);
  const from =
    nanoseconds(start ?? before?.stamp) ?? (to === undefined ? undefined : to - BigInt(until - at) * 1_000_000n);
  const span = from === undefined ? 0n : (to ?? from + BigInt(until - at) * 1_000_000n) - from;
  return Array.from({ length: count }, (_, index): ReadLine => {
    const part = start === undefined ? index + 1 : index;
    const parts = start === undefined ? count + 1 : count;
    return {
      at: Math.round(at + ((until - at) * part) / parts),
      stamp: from === undefined ? undefined : stampOf(from + share(span, part, parts)),
      text,
      elided: true,
    };
  });
}

/** Where there is no room between two stamps, each is at least later than the one before. */
function share(span: bigint, part: number, parts: number): bigint {
  return span >= BigInt(parts) ? (span * BigInt(part)) / BigInt(parts) : BigInt(part);
}
