import { type LineKey, LineKeys, secondOf } from './line-keys.ts';

/**
 * The lines delivered since one second before the last one, in the order of the log file. A read from `sinceOf(window)`
 * gives them again in the same order, so a position in this list says what was delivered; equal lines stay two lines.
 * `keys` is shared between successive states and only ever appended to. What a later state has let go may no longer be
 * there: of an earlier one only the end is asked for, since a read that has brought a new line is through with its past.
 */
export interface Window {
  keys: LineKeys;
  from: number;
  to: number;
  /** The last line delivered, the last one of the keys. */
  anchor: LineKey | undefined;
  /** Where the next read starts, RFC 3339 in whole seconds. It never goes back: lines of one second may be out of order. */
  since: string | undefined;
  /** A cursor given by another process knows only how many lines came before its anchor. */
  blind: number;
}

/** Progress through the lines that a resumed read gives again. `passed` counts them, `anchorSeen` once the last one was met. */
export interface Resume {
  position: number;
  anchorSeen: boolean;
}

export const emptyWindow: Window = {
  keys: new LineKeys(),
  from: 0,
  to: 0,
  anchor: undefined,
  since: undefined,
  blind: 0,
};
export const freshResume: Resume = { position: 0, anchorSeen: false };

const sampled = 16;

/** FNV-1a over the first and last 16 UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  const middle = text.length > 2 * sampled;
  const head = middle ? sampled : text.length;
  for (let i = 0; i < head; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  if (middle)
    for (let i = text.length - sampled; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // 31 bits: a small integer for the engine, no object of its own.
  return hash >>> 1;
}

export function keyOf(stamp: string, text: string): LineKey {
  return { stamp, length: text.length, hash: hashOf(text) };
}

export function sameLine(a: LineKey | undefined, b: LineKey): boolean {
  return a !== undefined && a.stamp === b.stamp && a.length === b.length && a.hash === b.hash;
}

export function anchorOf(window: Window): LineKey | undefined {
  return window.anchor;
}

/** `2026-01-02T03:04:05Z`: the API cuts `sinceTime` to the second. */
function wholeSecond(second: number): string {
  return `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
}

/** Where the next read starts; undefined reads the whole log. */
export function sinceOf(window: Window): string | undefined {
  return window.since;
}

/** Adds delivered lines and lets go of those that no later read can give again. */
export function remember(window: Window, lines: readonly LineKey[]): Window {
  const anchor = lines.at(-1);
  if (anchor === undefined) return window;
  const shared = window.keys.length === window.to && window.to > 0;
  const keys = shared ? window.keys : window.keys.slice(window.from, window.to);
  let from = shared ? window.from : 0;
  const before = sinceSecond(window);
  let second = before;
  // Lines of one second may be out of order.
  for (const line of lines) second = Math.max(second, keys.push(line) - 1);
  const since = second === before ? window.since : wholeSecond(second);
  const first = from;
  while (from < keys.length && keys.secondAt(from) < second) from++;
  keys.letGo(from);
  return { keys, from, to: keys.length, anchor, since, blind: from > first ? 0 : window.blind };
}

function sinceSecond({ since }: Window): number {
  return since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(since) / 1000;
}

/**
 * One line of a resumed read: was it delivered before? Follows the window in order; a line found further on means that
 * those between are gone from the log (rotation).
 */
export function resume(window: Window, at: Resume, key: LineKey): { duplicate: boolean; resume: Resume } {
  const anchor = anchorOf(window);
  if (at.anchorSeen || anchor === undefined) return { duplicate: false, resume: at };
  if (sameLine(anchor, key)) {
    const known = window.blind === 0 && remaining(window, at.position, key);
    return { duplicate: true, resume: { position: at.position + 1, anchorSeen: !known } };
  }
  if (window.blind > 0) {
    // No delivered line is younger than the second after `since`.
    const inside = at.position < countOf(window) && secondOf(key.stamp) - 1 <= sinceSecond(window);
    return { duplicate: inside, resume: inside ? { ...at, position: at.position + 1 } : at };
  }
  const found = find(window, at.position, key);
  return found === undefined
    ? { duplicate: false, resume: at }
    : { duplicate: true, resume: { ...at, position: found + 1 } };
}

function find(window: Window, position: number, key: LineKey): number | undefined {
  const found = window.keys.indexOf(key, window.from + position, window.to);
  return found === undefined ? undefined : found - window.from;
}

/** Whether a line equal to the anchor stands before the anchor and has not been met yet. */
function remaining(window: Window, position: number, key: LineKey): boolean {
  const found = find(window, position, key);
  return found !== undefined && window.from + found < window.to - 1;
}

/** Lines delivered since `since`. The first key of a cursor is the last of those that it counts. */
function countOf({ blind, from, to }: Window): number {
  return Math.max(blind, 1) + to - from - 1;
}

/** Opaque to callers: `<stamp of the last line>~<lines delivered since>~<length>~<hash>~<since, s>`, the last two in base 36. */
export function formatCursor(window: Window): string | undefined {
  const anchor = anchorOf(window);
  if (anchor === undefined || window.since === undefined) return undefined;
  return [
    anchor.stamp,
    countOf(window),
    anchor.length,
    anchor.hash.toString(36),
    (Date.parse(window.since) / 1000).toString(36),
  ].join('~');
}

/** The inverse of `formatCursor`; undefined when the text is not one of ours. */
export function parseCursor(text: string): Window | undefined {
  const match =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)~(\d{1,9})~(\d{1,9})~([0-9a-z]{1,7})~([0-9a-z]{1,7})$/.exec(text);
  const [, stamp, lines, length, hash, seconds] = match ?? [];
  if (!stamp || !lines || !length || !hash || !seconds) return undefined;
  const key = { stamp, length: Number(length), hash: Number.parseInt(hash, 36) };
  const since = `${new Date(Number.parseInt(seconds, 36) * 1000).toISOString().slice(0, 19)}Z`;
  const keys = new LineKeys();
  keys.push(key);
  return { keys, from: 0, to: 1, anchor: key, since, blind: Number(lines) };
}
