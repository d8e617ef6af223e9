import { stampIn, stampMax } from '../../kubernetes/log-stamp.ts';
import type { ReadLine } from './log-streams.ts';

/** `2026-01-02T03:04:05.000000000Z text`. Without a stamp it is the rest of a line that the kubelet serves in parts. */
export function readLine(line: string, at: number): ReadLine {
  const blank = line.slice(0, stampMax + 1).indexOf(' ');
  const stamp = stampIn(blank < 0 ? line : line.slice(0, blank));
  if (stamp === undefined) return { at, stamp, text: line };
  return { at, stamp, text: blank < 0 ? '' : line.slice(blank + 1) };
}
