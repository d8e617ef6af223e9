import { describe, expect, test } from 'vitest';
import { formatCursor } from '../../src/run/cursor.ts';
import { driveFollow, followWakeAt, newFollow } from '../../src/run/follow.ts';
import { limit } from '../../src/run/limits.ts';
import { fault, log, Reading, running, start, text } from './reading.ts';

describe('a container that ends', () => {
  test('is read to its end by one more read that finds the last line and adds nothing', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.exit();
    r.end('clean');
    expect(r.opened().map(({ follow, since }) => ({ follow, since }))).toEqual([
      { follow: true, since: undefined },
      { follow: false, since: '2026-01-01T00:00:00Z' },
    ]);
    r.lines(log(0, 8));
    r.end('clean');
    expect(r.follow).toMatchObject({
      state: 'complete',
      account: { complete: true, lines: 8, duplicates: 8, gaps: [] },
    });
    expect(r.delivered()).toBe(text(0, 8));
  });
  test('is read once more when that read adds a line', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.exit();
    r.end('clean');
    r.lines(log(0, 10));
    r.end('clean');
    expect(r.follow.state).toBe('reading');
    r.lines(log(5, 10));
    r.end('clean');
    expect(r.follow.state).toBe('complete');
    expect(r.delivered()).toBe(text(0, 10));
  });
  test('gives its unfinished last line once, when two reads stop at it', () => {
    const r = new Reading();
    r.lines(log(0, 2));
    r.exit();
    const [partial] = log(2, 3);
    r.end('clean', { partial });
    r.lines(log(0, 2));
    r.end('clean', { partial });
    expect(r.delivered()).toBe(text(0, 2));
    r.wait(limit.logBackoffFirst);
    r.lines(log(0, 2));
    r.end('clean', { partial });
    r.lines(log(0, 2));
    r.end('clean', { partial });
    expect(r.follow.state).toBe('complete');
    expect(r.delivered()).toBe(text(0, 3));
  });
  test.each([
    ['a line that was delivered before', 1, 4],
    ['a new line', 4, 4],
  ])('whose last read is cut cleanly in %s is read again', (_, cutIn, given) => {
    const r = new Reading();
    r.lines(log(0, given));
    r.exit();
    r.end('clean');
    const [whole] = log(cutIn, cutIn + 1);
    r.lines(log(0, cutIn));
    r.end('clean', { partial: { stamp: whole?.stamp, text: 'li\ufffd' } });
    expect(r.follow.state).toBe('reading');
    r.wait(limit.logBackoffFirst);
    r.lines(log(0, 5));
    r.end('clean');
    r.lines(log(0, 5));
    r.end('clean');
    expect(r.follow.state).toBe('complete');
    expect(r.follow.account.gaps).toEqual([]);
    expect(r.delivered()).toBe(text(0, 5));
  });
  test('whose log was rotated away names the gap', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.exit();
    r.end('clean');
    r.end('clean');
    expect(r.follow).toMatchObject({ state: 'lost', account: { complete: false, gaps: [{ before: undefined }] } });
  });
  test('whose log is refused long enough is lost, and not while the API is away', () => {
    const r = new Reading();
    r.exit();
    r.end('reset');
    for (let i = 0; i < 20; i++) {
      r.wait(limit.logBackoffMax);
      r.end('refused', { fault: fault('unreachable') });
    }
    expect(r.follow.state).toBe('reading');
    for (let i = 0; i < 5; i++) {
      r.wait(limit.logBackoffMax);
      r.end('refused', { fault: fault('not_found') });
    }
    expect(r.follow).toMatchObject({ state: 'lost', account: { gaps: [{ why: expect.stringContaining('no log') }] } });
  });
  test('and whose exit is reported after its stream ended is read to its end at once', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.end('clean');
    r.wait(limit.logRecheck / 2);
    expect(r.opened()).toHaveLength(1);
    r.exit();
    expect(r.effects.at(-1)).toMatchObject({ do: 'open_log', attempt: 2, follow: false });
  });
  test('while the connection is dead is read anew at once', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.exit();
    r.wait(limit.logLinger);
    expect(r.effects.slice(-2)).toMatchObject([
      { do: 'close_log', attempt: 1 },
      { do: 'open_log', attempt: 2, follow: false },
    ]);
  });
});

describe('a container that runs', () => {
  test.each(['clean', 'reset', 'refused'] as const)('goes on after a stream that ended as %s', (how) => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.end(how);
    expect(r.follow.state).toBe('reading');
    r.wait(limit.logRecheck);
    r.lines(log(0, 12));
    expect(r.opened()).toHaveLength(2);
    expect(r.delivered()).toBe(text(0, 12));
    expect(r.follow.account.gaps).toEqual([]);
  });
  test('forgets the unfinished line of a cut and reads it whole', () => {
    const r = new Reading();
    r.lines(log(0, 3));
    r.end('reset', { partial: { stamp: log(3, 4)[0]?.stamp, text: 'li' } });
    r.wait(limit.logBackoffFirst);
    r.lines(log(0, 4));
    expect(r.delivered()).toBe(text(0, 4));
  });
  test('is reopened from the cursor after a minute without a byte, which is no error', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    expect(followWakeAt(r.follow, r.view)).toBe(start + limit.logIdle);
    r.wait(limit.logIdle - 1);
    expect(r.opened()).toHaveLength(1);
    r.wait(1);
    expect(r.transitions.filter(({ type }) => /attempt|reconnect/.test(type)).slice(1)).toMatchObject([
      { type: 'attempt_ended', how: 'idle', error: undefined },
      { type: 'reconnect_started', reason: 'idle', delayMs: 0 },
      { type: 'reconnect_ended' },
      { type: 'attempt_started', attempt: 2 },
    ]);
    expect(r.effects.slice(-2)).toMatchObject([
      { do: 'close_log', attempt: 1 },
      { do: 'open_log', attempt: 2 },
    ]);
  });
  test('backs off while nothing comes, without end', () => {
    const r = new Reading();
    const delays = [];
    for (let i = 0; i < 12; i++) {
      r.end('refused', { fault: fault('server_error') });
      delays.push(r.follow.next.at - r.at);
      r.wait(r.follow.next.at - r.at);
    }
    expect(delays.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
    expect(delays.slice(-3)).toEqual([limit.logBackoffMax, limit.logBackoffMax, limit.logBackoffMax]);
    expect(r.follow.state).toBe('reading');
  });
  test('and lost lines to rotation names the gap between the last and the next line', () => {
    const r = new Reading();
    r.lines(log(0, 8));
    r.end('reset');
    r.wait(limit.logBackoffFirst);
    r.lines(log(20, 22));
    expect(r.follow.account.gaps).toMatchObject([{ after: log(7, 8)[0]?.stamp, before: log(20, 21)[0]?.stamp }]);
    expect(r.delivered()).toBe(text(0, 8) + text(20, 22));
  });
});

test('what a closed attempt still says is not heard', () => {
  const r = new Reading();
  r.lines(log(0, 2));
  r.wait(limit.logIdle);
  const before = r.follow;
  r.lines(log(2, 4), 1);
  expect(r.follow).toEqual(before);
});

test('a line without a stamp is no line of the log', () => {
  const r = new Reading();
  r.lines([{ stamp: undefined, text: 'rest of a long line' }, ...log(0, 1)]);
  expect(r.transcript).toEqual(['line 0']);
});

test('a pod that is gone before the end was confirmed leaves a named gap', () => {
  const r = new Reading();
  r.lines(log(0, 2));
  r.view = { ...r.view, podGone: true };
  r.drive();
  expect(r.effects.at(-1)).toEqual({ do: 'close_log', attempt: 1 });
  expect(r.follow).toMatchObject({
    state: 'lost',
    open: undefined,
    account: { gaps: [{ after: log(1, 2)[0]?.stamp }] },
  });
  r.drive();
  expect(r.follow.account.gaps).toHaveLength(1);
});

test('nothing is opened before the container can have a log', () => {
  const view = { ...running, readable: false };
  expect(driveFollow(newFollow(undefined, start), view, start).effects).toEqual([]);
  expect(followWakeAt(newFollow(undefined, start), view)).toBeUndefined();
});

test('another process goes on from the cursor', () => {
  const first = new Reading();
  first.lines(log(0, 9));
  const second = new Reading(formatCursor(first.follow.window));
  second.lines(log(0, 14));
  expect(second.opened()[0]?.since).toBeUndefined();
  expect(first.delivered() + second.delivered()).toBe(text(0, 14));
  // What the first one delivered is read again for the verdict, not delivered again.
  expect(second.transcript.map((line) => `${line}\n`).join('')).toBe(text(0, 14));
  expect(second.follow.account).toMatchObject({ lines: 5, gaps: [] });
});

test('a cut while another process’s lines are recalled starts the recalling anew', () => {
  const first = new Reading();
  first.lines(log(0, 9));
  const second = new Reading(formatCursor(first.follow.window));
  second.lines(log(0, 4));
  second.end('reset');
  second.wait(limit.logBackoffFirst);
  expect(second.opened()).toHaveLength(2);
  expect(second.opened()[1]?.since).toBeUndefined();
  second.lines(log(0, 14));
  expect(second.delivered()).toBe(text(9, 14));
  expect(second.afresh).toBe(2);
});

test('a cursor whose line is no longer in the log is a named gap, and what follows is delivered', () => {
  const first = new Reading();
  first.lines(log(0, 9));
  const second = new Reading(formatCursor(first.follow.window));
  second.lines(log(30, 34));
  expect(second.delivered()).toBe(text(30, 34));
  expect(second.follow.account.gaps).toHaveLength(1);
});

test('a long line goes out in pieces that no character is cut by, the newline on the last', () => {
  const long = `${'x'.repeat(limit.chunkChars - 1)}\u{1f600}${'y'.repeat(limit.chunkChars)}`;
  const r = new Reading();
  r.lines([{ stamp: log(0, 1)[0]?.stamp, text: long }]);
  const chunks = r.effects.flatMap((effect) => (effect.do === 'deliver' ? effect.chunks : []));
  expect(chunks.join('')).toBe(`${long}\n`);
  expect(chunks.every((chunk) => chunk.length <= limit.chunkChars && chunk.isWellFormed())).toBe(true);
  expect(chunks.filter((chunk) => chunk.endsWith('\n'))).toHaveLength(1);
});

test('the bytes of output are those of the lines delivered, not those of the network', () => {
  const reading = new Reading();
  reading.lines(log(0, 2));
  reading.end('reset');
  reading.wait(limit.logBackoffFirst);
  reading.lines([...log(0, 2), { stamp: log(2, 3)[0]?.stamp, text: '3 \u20ac' }]);
  const told = reading.transitions.flatMap((t) => (t.type === 'output' ? [[t.lines, t.bytes]] : []));
  expect(told).toEqual([
    [2, Buffer.byteLength('line 0\nline 1\n')],
    [1, Buffer.byteLength('3 \u20ac\n')],
  ]);
});

test('lines that come in one piece are passed on as that piece, and line by line when some of them came before', () => {
  const r = new Reading();
  const given = log(0, 4);
  const seen = { type: 'log_received', at: r.at, attempt: 1, bytes: 100, lines: given } as const;
  r.hear({ ...seen, whole: { text: text(0, 4), bytes: text(0, 4).length } });
  expect(r.effects.filter((effect) => effect.do === 'deliver')).toEqual([{ do: 'deliver', chunks: [text(0, 4)] }]);
  r.end('reset');
  r.wait(limit.logBackoffFirst);
  r.hear({ ...seen, attempt: 2, lines: log(0, 6), whole: { text: text(0, 6), bytes: text(0, 6).length } });
  expect(r.delivered()).toBe(text(0, 6));
  const told = r.transitions.filter(({ type }) => type === 'output');
  expect(told).toMatchObject([
    { lines: 4, bytes: text(0, 4).length },
    { lines: 2, bytes: text(4, 6).length },
  ]);
});
