import { anchorOf, keyOf, sameLine } from './cursor.ts';
import type { Attempt, Follow } from './follow.ts';
import { secondOf } from './line-keys.ts';
import type { LogLine } from './snapshot.ts';

export interface Recalled {
  follow: Follow;
  open: Attempt;
  /** What another process delivered: read again for what it says of the run, not delivered again. */
  lines: readonly string[];
  /** What comes after the cursor. */
  rest: readonly LogLine[];
  /** The first of a reading from the start: what was recalled before is to be forgotten. */
  afresh: boolean;
}

/**
 * The lines up to a cursor's anchor. Lines of one second may be out of order: an anchor that has not come two seconds
 * later is no longer in the log, and what follows is new.
 */
export function recall(follow: Follow, open: Attempt, given: readonly LogLine[]): Recalled {
  const anchor = anchorOf(open.began);
  if (!open.recalling || anchor === undefined) return { follow, open, lines: [], rest: given, afresh: false };
  const lines: string[] = [];
  const afresh = open.recalled === 0 && given.length > 0;
  const late = secondOf(anchor.stamp) + 2;
  for (const [index, { stamp, text }] of given.entries()) {
    if (stamp !== undefined && secondOf(stamp) >= late) return over(false, index);
    if (stamp !== undefined) lines.push(text);
    if (stamp !== undefined && sameLine(anchor, keyOf(stamp, text))) return over(true, index + 1);
  }
  return { follow, open: { ...open, recalled: open.recalled + given.length }, lines, rest: [], afresh };

  function over(anchorSeen: boolean, from: number): Recalled {
    const done = { ...open, recalling: false, resume: { position: 0, anchorSeen } };
    return { follow: { ...follow, recalling: false, open: done }, open: done, lines, rest: given.slice(from), afresh };
  }
}
