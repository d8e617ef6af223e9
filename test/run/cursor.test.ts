import { describe, expect, test } from 'vitest';
import {
  emptyWindow,
  formatCursor,
  freshResume,
  keyOf,
  parseCursor,
  remember,
  resume,
  sinceOf,
  type Window,
} from '../../src/run/cursor.ts';
import type { LineKey } from '../../src/run/line-keys.ts';

/** Line number n of a log that writes four lines a second. */
function line(n: number, text = `line ${n}`): LineKey {
  const at = new Date(Date.UTC(2026, 0, 1) + n * 250).toISOString();
  return keyOf(`${at.slice(0, -1)}000000Z`, text);
}
function lines(from: number, to: number): LineKey[] {
  return Array.from({ length: to - from }, (_, i) => line(from + i));
}
function read(window: Window, given: readonly LineKey[]): { fresh: LineKey[]; anchorSeen: boolean } {
  let at = freshResume;
  const fresh: LineKey[] = [];
  for (const key of given) {
    const step = resume(window, at, key);
    at = step.resume;
    if (!step.duplicate) fresh.push(key);
  }
  return { fresh, anchorSeen: at.anchorSeen };
}
/** What the API gives for a read from the window's `since`. */
function given(window: Window, log: readonly LineKey[]): LineKey[] {
  const since = sinceOf(window)?.slice(0, 19) ?? '';
  return log.filter(({ stamp }) => stamp.slice(0, 19) >= since);
}

describe('resuming from the cursor', () => {
  const log = lines(0, 40);
  test.each([1, 2, 3, 4, 5, 7, 8, 9, 17, 39, 40])('after %i lines gives every other line once', (n) => {
    const window = remember(emptyWindow, log.slice(0, n));
    expect(read(window, given(window, log))).toEqual({ fresh: log.slice(n), anchorSeen: true });
  });
  test('goes on after any split of the lines into batches', () => {
    for (let size = 1; size <= 11; size++) {
      let window = emptyWindow;
      for (let at = 0; at < 23; at += size) window = remember(window, log.slice(at, Math.min(at + size, 23)));
      expect(read(window, given(window, log))).toEqual({ fresh: log.slice(23), anchorSeen: true });
    }
  });
  test.each([1, 2, 3, 4, 5, 8])('goes on after a cursor and %i lines more', (more) => {
    for (let n = 1; n <= 9; n++) {
      const begun = parseCursor(formatCursor(remember(emptyWindow, log.slice(0, n))) ?? '');
      if (begun === undefined) throw new Error('a cursor of ours was not read');
      const window = remember(begun, log.slice(n, n + more));
      expect(read(window, given(window, log))).toEqual({ fresh: log.slice(n + more), anchorSeen: true });
    }
  });
  test('without a line before it reads everything', () => {
    expect(sinceOf(emptyWindow)).toBeUndefined();
    expect(read(emptyWindow, log).fresh).toEqual(log);
  });
  test('starts one whole second before the last line', () => {
    expect(sinceOf(remember(emptyWindow, log.slice(0, 10)))).toBe('2026-01-01T00:00:01Z');
  });
});

describe('equal lines', () => {
  const twice = [line(0), line(1, 'same'), line(1, 'same'), line(2)];
  test.each([1, 2, 3, 4])('stay two lines when %i were delivered', (n) => {
    const window = remember(emptyWindow, twice.slice(0, n));
    expect(read(window, twice)).toEqual({ fresh: twice.slice(n), anchorSeen: true });
  });
  test('of one length and equal ends but another middle are told apart by their stamp', () => {
    const [a, b] = [line(0, `${'x'.repeat(200)}a${'x'.repeat(200)}`), line(1, `${'x'.repeat(200)}b${'x'.repeat(200)}`)];
    const window = remember(emptyWindow, [a]);
    expect(read(window, [a, b])).toEqual({ fresh: [b], anchorSeen: true });
  });
});

test('lines out of order within a second are each given once', () => {
  const shuffled = [line(2), line(0), line(3), line(1), line(6), line(5), line(4)];
  for (let n = 1; n <= shuffled.length; n++) {
    const window = remember(emptyWindow, shuffled.slice(0, n));
    expect(read(window, given(window, shuffled)).fresh).toEqual(shuffled.slice(n));
  }
});

test('lines out of order across a second are each given once', () => {
  const mixed = [line(0), line(2), line(5), line(8), line(7), line(9), line(12), line(11), line(13)];
  for (let n = 1; n <= mixed.length; n++) {
    let window = emptyWindow;
    for (const key of mixed.slice(0, n)) window = remember(window, [key]);
    expect(read(window, given(window, mixed))).toEqual({ fresh: mixed.slice(n), anchorSeen: true });
  }
});

describe('a rotated log', () => {
  test('that lost the lines before the anchor still finds it', () => {
    const window = remember(emptyWindow, lines(0, 8));
    expect(read(window, lines(6, 12))).toEqual({ fresh: lines(8, 12), anchorSeen: true });
  });
  test('that lost the anchor proves a gap and gives what is new', () => {
    const window = remember(emptyWindow, lines(0, 8));
    expect(read(window, lines(20, 24))).toEqual({ fresh: lines(20, 24), anchorSeen: false });
  });
  test('that is empty proves nothing', () => {
    expect(read(remember(emptyWindow, lines(0, 8)), [])).toEqual({ fresh: [], anchorSeen: false });
  });
});

describe('the cursor as text', () => {
  const log = lines(0, 30);
  test.each([1, 6, 8, 13, 30])('carries %i lines over to another process', (n) => {
    const text = formatCursor(remember(emptyWindow, log.slice(0, n))) ?? '';
    const window = parseCursor(text);
    expect(text).toMatch(/^[\w.:~-]+$/);
    expect(window && read(window, given(window, log))).toEqual({ fresh: log.slice(n), anchorSeen: true });
  });
  test('is itself unchanged by a second trip', () => {
    const text = formatCursor(remember(emptyWindow, log.slice(0, 13))) ?? '';
    const window = parseCursor(text);
    expect(window && formatCursor(window)).toBe(text);
  });
  test('of no line is no text', () => expect(formatCursor(emptyWindow)).toBeUndefined());
  test.each([
    '',
    'x',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z~1~2',
    '2026-01-01T00:00:00Z~1~2~b',
    '2026-01-01T00:00:00Z~a~2~b~c',
  ])('%j is refused', (text) => expect(parseCursor(text)).toBeUndefined());
});

test('the window holds no more than the lines of the last two seconds', () => {
  let window = emptyWindow;
  for (let n = 0; n < 50_000; n++) window = remember(window, [line(n)]);
  expect(window.to - window.from).toBeLessThanOrEqual(8);
  expect(window.keys.capacity).toBeLessThanOrEqual(16);
});

test('the window grows with what it holds, and reuses its room', () => {
  // Four lines a second, then a thousand, then four again.
  const fast = (n: number) => keyOf(`2026-01-01T00:00:${String(10 + Math.floor(n / 1000)).padStart(2, '0')}Z`, `${n}`);
  let window = remember(emptyWindow, lines(0, 40));
  for (let n = 0; n < 20_000; n++) window = remember(window, [fast(n)]);
  expect(window.keys.capacity).toBeLessThanOrEqual(4096);
  const held = Array.from({ length: window.to - window.from }, (_, n) => fast(20_000 - (window.to - window.from) + n));
  expect(held.length).toBeGreaterThan(1_000);
  expect(read(window, [...held, fast(20_000)])).toEqual({ fresh: [fast(20_000)], anchorSeen: true });
});

test('a state is not changed by what comes after it', () => {
  const early = remember(emptyWindow, lines(0, 6));
  const before = given(early, lines(0, 20));
  remember(early, lines(6, 12));
  const other = remember(early, [line(19)]);
  expect(read(early, before)).toEqual({ fresh: lines(6, 20), anchorSeen: true });
  expect(read(other, [line(19)])).toEqual({ fresh: [], anchorSeen: true });
});
