import type { ElidedFrame } from '../../record/frame.ts';
import { readLine } from './log-line.ts';
import type { ReadLine } from './log-streams.ts';
import { nanoseconds, stampOf } from './stamps.ts';

export interface Hole {
  /** When its first bytes came. */
  at: number;
  frame: ElidedFrame;
  /** What there is of the line in which it begins. */
  begun: string;
  before: ReadLine | undefined;
  /** The first whole line after it. */
  next: ReadLine | undefined;
}

const stampBytes = 31;
const frameOfText = '{"type":"elided","x":""}'.length;

/**
 * Lines in the place of those whose text was not kept: as many, about as long, spread over the time between, and of no type
 * that Claude Code has.
 */
export function elidedLines({ at, frame, begun, before, next }: Hole): ReadLine[] {
  const { lines: whole, bytes } = frame;
  const count = Math.max(whole, begun === '' && whole === 0 ? 0 : 1);
  const length = Math.round((bytes + Buffer.byteLength(begun)) / Math.max(1, count)) - stampBytes - 1;
  const text = `{"type":"elided","x":"${'x'.repeat(Math.max(0, length - frameOfText))}"}`;
  const start = readLine(begun, at).stamp;
  const from = nanoseconds(before?.stamp ?? start);
  const to = nanoseconds(next?.stamp) ?? (from === undefined ? undefined : from + 1_000n * BigInt(count + 1));
  const until = next?.at ?? at;
  return Array.from({ length: count }, (_, index): ReadLine => {
    const share = (index + 1) / (count + 1);
    return {
      at: Math.round(at + (until - at) * share),
      stamp: index === 0 && start !== undefined ? start : between(from, to, index + 1, count + 1),
      text,
      elided: true,
    };
  });
}

/** Strictly between the two where there is room, and never before the first. */
function between(from: bigint | undefined, to: bigint | undefined, part: number, parts: number): string | undefined {
  if (to === undefined) return undefined;
  const begin = from ?? to - BigInt(parts) * 1_000n;
  const room = to - begin;
  const step = room >= BigInt(parts) ? (room * BigInt(part)) / BigInt(parts) : BigInt(part);
  return stampOf(begin + step);
}
