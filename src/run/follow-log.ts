import { anchorOf, keyOf, remember, resume } from './cursor.ts';
import { type Attempt, type Follow, type FollowStep, type LogView, still } from './follow.ts';
import { endOfAttempt } from './follow-end.ts';
import { limit } from './limits.ts';
import type { LineKey } from './line-keys.ts';
import type { Observation } from './observation.ts';
import { recall } from './recall.ts';
import type { LogLine, LogText } from './snapshot.ts';

export type LogObservation = Extract<Observation, { type: 'log_opened' | 'log_received' | 'log_ended' }>;

/** A step with the complete lines that are new, for the transcript; `afresh` when it is to begin anew with them. */
export type LogStep = FollowStep & { lines: readonly string[]; afresh: boolean };

/** Takes in what the log says. What an attempt that is no longer the open one says is not heard. */
export function readLog(follow: Follow, view: LogView, seen: LogObservation): LogStep {
  const open = follow.open;
  if (follow.state !== 'reading' || open === undefined || open.number !== seen.attempt) return quiet(still(follow));
  switch (seen.type) {
    case 'log_opened':
      return quiet(still({ ...follow, missingSince: undefined }));
    case 'log_received':
      return receive(follow, open, seen);
    case 'log_ended': {
      const whole = isForGood(follow, open, seen) ? [seen.partial] : [];
      const last = receive(follow, open, { lines: whole, bytes: 0, at: seen.at });
      const recalling = last.follow.recalling && seen.how !== 'clean';
      const end = endOfAttempt({ ...last.follow, recalling }, last.follow.open ?? open, view, {
        ...seen,
        kept: whole.length > 0 ? undefined : seen.partial,
      });
      return {
        follow: end.follow,
        effects: [...last.effects, ...end.effects],
        transitions: [...last.transitions, ...end.transitions],
        lines: last.lines,
        afresh: last.afresh,
      };
    }
  }
}

/**
 * Only an ended container can leave an unfinished line for good. A clean end proves nothing, a restarted kubelet gives one
 * too: two reads in a row have to stop at the same place.
 */
function isForGood(
  { unfinished }: Follow,
  open: Attempt,
  seen: LogObservation & { type: 'log_ended' },
): seen is typeof seen & { partial: LogLine } {
  const { how, partial } = seen;
  if (how !== 'clean' || !open.final || partial === undefined) return false;
  return unfinished !== undefined && unfinished.stamp === partial.stamp && unfinished.text === partial.text;
}

function quiet(step: FollowStep): LogStep {
  return { ...step, lines: [], afresh: false };
}

type Received = Pick<Extract<LogObservation, { type: 'log_received' }>, 'lines' | 'bytes' | 'at' | 'whole'>;

function receive(before: Follow, reading: Attempt, seen: Received): LogStep {
  const { bytes, at } = seen;
  const { follow, open, lines: recalled, rest: given, afresh } = recall(before, reading, seen.lines);
  const { keys, lines, duplicates, resumed, gapBefore } = sort(open, given);
  const gaps = gapBefore === undefined ? [] : [missing(open, gapBefore)];
  // Every line is new: the usual case.
  const whole = lines.length === seen.lines.length ? seen.whole : undefined;
  return {
    follow: {
      ...follow,
      window: remember(follow.window, keys),
      open: {
        ...open,
        resume: resumed,
        lastByteAt: bytes > 0 ? at : open.lastByteAt,
        lines: open.lines + lines.length,
        bytes: open.bytes + bytes,
        duplicates: open.duplicates + duplicates,
      },
      failures: lines.length > 0 ? 0 : follow.failures,
      silence: lines.length > 0 && follow.silence.is === 'proven' ? { is: 'unasked' } : follow.silence,
      refusedSince: bytes > 0 ? undefined : follow.refusedSince,
      account: {
        ...follow.account,
        lines: follow.account.lines + lines.length,
        bytes: follow.account.bytes + bytes,
        duplicates: follow.account.duplicates + duplicates,
        gaps: gaps.length > 0 ? [...follow.account.gaps, ...gaps] : follow.account.gaps,
        lastLineAt: lines.length > 0 ? at : follow.account.lastLineAt,
      },
    },
    effects: lines.length > 0 ? [{ do: 'deliver', chunks: chunksOf(lines, whole) }] : [],
    transitions: [
      ...gaps.map((gap) => ({ type: 'gap', at, ...gap }) as const),
      ...(lines.length > 0
        ? [{ type: 'output', at, lines: lines.length, bytes: whole?.bytes ?? bytesOf(lines) } as const]
        : []),
    ],
    lines: recalled.length > 0 ? [...recalled, ...lines] : lines,
    afresh,
  };
}

/**
 * Sorts lines into new ones and those a resumed read gives again. New lines stand after the last delivered one in the
 * file: the first new line before that one was met proves that it, and what may have followed it, is gone (rotation).
 * A line without a stamp is no line of the log: the rest of a long one that was delivered whole (the server filters by
 * 16 KiB records), or the kubelet's own words.
 */
function sort(open: Attempt, given: readonly LogLine[]) {
  const keys: LineKey[] = [];
  const lines: string[] = [];
  const resuming = anchorOf(open.began) !== undefined;
  let resumed = open.resume;
  let gapBefore: string | undefined;
  let duplicates = 0;
  for (const { stamp, text } of given) {
    if (stamp === undefined) continue;
    const key = keyOf(stamp, text);
    const step = resume(open.began, resumed, key);
    resumed = step.resume;
    if (step.duplicate) {
      duplicates++;
      continue;
    }
    if (resuming && !resumed.anchorSeen) {
      gapBefore = stamp;
      resumed = { ...resumed, anchorSeen: true };
    }
    keys.push(key);
    lines.push(text);
  }
  return { keys, lines, duplicates, resumed, gapBefore };
}

/** As delivered: without the stamps, and with the newline of each. */
function bytesOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}

function missing(open: Attempt, before: string) {
  return { after: anchorOf(open.began)?.stamp, before, why: 'the last line read before is no longer in the log' };
}

/** Whole lines each with its newline; a long one in consecutive pieces, the newline on the last, no character cut in two. */
function chunksOf(lines: readonly string[], whole: LogText | undefined): string[] {
  if (whole !== undefined && whole.text.length <= limit.chunkChars) return [whole.text];
  return lines.flatMap((line) => (line.length < limit.chunkChars ? [`${line}\n`] : pieces(`${line}\n`)));
}

function pieces(line: string): string[] {
  const list: string[] = [];
  for (let from = 0; from < line.length; ) {
    const end = from + limit.chunkChars;
    const splits = end < line.length && /[\ud800-\udbff]/.test(line.charAt(end - 1));
    const to = splits ? end - 1 : end;
    list.push(line.slice(from, to));
    from = to;
  }
  return list;
}
