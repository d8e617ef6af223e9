import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/claude/event.ts';
import type { RecordedLog } from '../../../src/replay/history/history.ts';
import { Bundle, pod, startedAt } from './bundle.ts';

/** A stamp so many ms after the beginning, to the nanosecond. */
const stamp = (ms: number, ns = 0) =>
  `${new Date(startedAt + ms).toISOString().slice(0, -1)}${String(ns).padStart(6, '0')}Z`;
const line = (ms: number, text: string) => `${stamp(ms)} ${text}\n`;
const second = (ms: number) => `${stamp(ms).slice(0, 19)}Z`;

function onlyLog(bundle: Bundle): RecordedLog {
  const [log, ...others] = bundle.history().logs;
  if (log === undefined || others.length > 0) throw new Error('one log is expected');
  return log;
}
const texts = (bundle: Bundle) => onlyLog(bundle).lines.map(({ text }) => text);

function running(): Bundle {
  const bundle = new Bundle().ownJob(1000);
  const pods = bundle.watch(1200, 'pods');
  return bundle.event(pods, 1300, 'ADDED', pod(12));
}

/** The container ends at `t`; its state says so in whole seconds. */
function ended(bundle: Bundle, t: number): Bundle {
  const terminated = { exitCode: 0, finishedAt: second(t) };
  const pods = bundle.watch(t, 'pods');
  const status = { containerStatuses: [{ name: 'claude', state: { terminated } }] };
  return bundle.event(pods, t + 10, 'MODIFIED', pod(30, { status }));
}

/** A follow from `t` that brings each line 5 ms after its stamp, in one chunk each, and dies. */
function followed(bundle: Bundle, t: number, since: string | undefined, ...lines: [number, string][]): Bundle {
  const id = bundle.follow(t, since === undefined ? {} : { since });
  bundle.head(id, t + 1);
  let at = t + 1;
  for (const [ms, text] of lines) {
    at = Math.max(at, ms + 5);
    bundle.chunk(id, at, line(ms, text));
  }
  return bundle.end(id, at + 1, 'failed', 'ECONNRESET');
}

describe('the reads of a log are one list of lines', () => {
  test('whatever the chunks, in mid-stamp and in mid-character', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001);
    const bytes = Buffer.from(line(2000, 'é€') + line(2001, 'x'));
    for (let at = 0; at < bytes.length; at += 3) {
      bundle.frames.push({ f: 'chunk', t: 2002 + at, id, base64: bytes.subarray(at, at + 3).toString('base64') });
    }
    expect(texts(bundle)).toEqual(['é€', 'x']);
    expect(onlyLog(bundle)).toMatchObject({
      namespace: 'agents',
      pod: 'pod-1',
      container: 'claude',
      after: 'released',
    });
  });

  test('where a later one begins again within a second', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2100, 'b'], [2200, 'c']);
    followed(bundle, 3000, second(2000), [2000, 'a'], [2100, 'b'], [2200, 'c'], [3100, 'd']);
    expect(texts(bundle)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('equal lines are as many as they are', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2000, 'a'], [2000, 'b'], [2000, 'a']);
    followed(bundle, 3000, second(2000), [2000, 'a'], [2000, 'a'], [2000, 'b'], [2000, 'a'], [2000, 'a']);
    expect(texts(bundle)).toEqual(['a', 'a', 'b', 'a', 'a']);
  });

  test('one that ends before what is known brings nothing', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2100, 'b'], [2200, 'c']);
    followed(bundle, 3000, second(2000), [2000, 'a'], [2100, 'b']);
    expect(texts(bundle)).toEqual(['a', 'b', 'c']);
  });

  test('one that begins beyond it, after a rotation, is what can be known', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2100, 'b']);
    followed(bundle, 9000, second(2000), [8000, 'x'], [8100, 'y']);
    expect(texts(bundle)).toEqual(['a', 'b', 'x', 'y']);
  });

  test('one that begins in the middle of what is known, after a rotation, is put there', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2100, 'b'], [2200, 'c']);
    followed(bundle, 9000, second(2000), [2200, 'c'], [8000, 'x']);
    expect(texts(bundle)).toEqual(['a', 'b', 'c', 'x']);
  });

  test('and equal lines of which a rotation took the first', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2000, 'a'], [2100, 'b']);
    followed(bundle, 3000, second(2000), [2000, 'a'], [2100, 'b'], [3000, 'c']);
    expect(texts(bundle)).toEqual(['a', 'a', 'b', 'c']);
  });

  test('lines that were not recorded stand for none that is asked for after them', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2005, line(2000, 'a')).elided(id, 2010, 5, 500).chunk(id, 9005, line(9000, 'z'));
    followed(bundle, 9500, second(9000), [9000, 'z'], [9600, 'n']);
    expect(texts(bundle).filter((text) => text.length === 1)).toEqual(['a', 'z', 'n']);
    expect(texts(bundle)).toHaveLength(8);
  });

  test('one that begins within a long line begins with the next one', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'long-head-long-tail'], [2100, 'b']);
    const id = bundle.follow(3000, { since: second(2000) });
    bundle.head(id, 3001).chunk(id, 3002, `-tail\n${line(2100, 'b')}${line(3000, 'c')}`);
    expect(texts(bundle)).toEqual(['long-head-long-tail', 'b', 'c']);
  });

  test('a line that the kubelet serves in parts keeps them', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2002, `${line(2000, 'head')}tail\n${line(2001, 'b')}`);
    expect(onlyLog(bundle).lines).toMatchObject([{ text: 'head' }, { text: 'tail', stamp: undefined }, { text: 'b' }]);
  });
});

describe('an unfinished last line', () => {
  test.each(['reset', 'clean'])('of a follow that was cut (%s) is none, and is what the cut left', (how) => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2005, `${line(2000, 'a')}${stamp(2004)} hal`);
    bundle.end(id, 3000, how === 'clean' ? 'complete' : 'failed', how === 'clean' ? undefined : 'ECONNRESET');
    followed(bundle, 4000, second(2000), [2000, 'a'], [2004, 'half'], [4000, 'b']);
    ended(bundle, 9000);
    expect(texts(bundle)).toEqual(['a', 'half', 'b']);
    expect(bundle.history().cuts[0]).toEqual({
      at: startedAt + 3000,
      stream: 'pods/log',
      how,
      fragment: `${stamp(2004)} hal`,
    });
  });

  test('of a container that has ended is its last line', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle
      .head(id, 2001)
      .chunk(id, 2005, `${line(2000, 'a')}${stamp(2004)} Killed`)
      .end(id, 3000);
    ended(bundle, 2900);
    expect(texts(bundle)).toEqual(['a', 'Killed']);
    expect(onlyLog(bundle).endedAt).toBe(startedAt + 3000);
    expect(bundle.history().cuts).toEqual([]);
  });
});

describe('a container that ended', () => {
  test('is known by the follows that came after, where its state never told', () => {
    const bundle = running();
    for (const t of [2000, 4000, 6000]) {
      const id = bundle.follow(t);
      bundle
        .head(id, t + 1)
        .chunk(id, t + 5, line(2000, 'a'))
        .end(id, t + 6);
    }
    expect(onlyLog(bundle).endedAt).toBe(startedAt + 2006);
    // What the last one meant is not known.
    expect(bundle.history().cuts).toMatchObject([{ at: startedAt + 6006, how: 'clean' }]);
  });

  test('had when its state says so, however late that is seen', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2005, line(2000, 'a')).end(id, 2900);
    const pods = bundle.watch(2950, 'pods');
    const terminated = { exitCode: 0, finishedAt: second(2800) };
    const status = { containerStatuses: [{ name: 'claude', state: { terminated } }] };
    bundle.event(pods, 60_000, 'MODIFIED', pod(30, { status }));
    expect(onlyLog(bundle).endedAt).toBe(startedAt + 2900);
    expect(bundle.history().cuts).toEqual([]);
  });

  test('had not when a later read brings more, whatever the seconds of its state say', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2005, line(2000, 'a')).end(id, 2300);
    followed(bundle, 2400, second(2000), [2000, 'a'], [2450, 'b']);
    ended(bundle, 2500);
    expect(onlyLog(bundle).endedAt).toBeUndefined();
    expect(bundle.history().cuts).toMatchObject([{ at: startedAt + 2300, how: 'clean' }, { how: 'reset' }]);
  });
});

describe('lines that were not recorded', () => {
  const holed = (frame: { lines: number; bytes: number }, before: string, after: string) => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001).chunk(id, 2005, before).elided(id, 2010, frame.lines, frame.bytes).chunk(id, 62_005, after);
    return onlyLog(bundle).lines;
  };

  test('are as many and as long, spread over the time between, and nothing that Claude Code says', () => {
    const lines = holed({ lines: 59, bytes: 59 * 200 }, line(2000, 'a'), line(62_000, 'z'));
    expect(lines).toHaveLength(61);
    const elided = lines.slice(1, -1);
    for (const { text, elided: is, stamp: when = '' } of elided) {
      expect(is).toBe(true);
      expect(Buffer.byteLength(`${when} ${text}\n`)).toBe(200);
      expect(decode(text)).toMatchObject({ is: 'event', event: { type: 'elided' } });
    }
    const stamps = lines.map(({ stamp: when = '' }) => when);
    expect(stamps).toEqual([...new Set(stamps)].sort());
    const gaps = lines.slice(1).map(({ at }, index) => at - (lines[index]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThan(900);
    for (const gap of gaps) expect(gap).toBeLessThan(1100);
  });

  test('may begin within a line, whose stamp is known, and end within one, which is one more', () => {
    const lines = holed({ lines: 1, bytes: 400 }, `${line(2000, 'a')}${stamp(2001)} be`, `gan\n${line(62_000, 'z')}`);
    expect(lines.map(({ stamp: when, elided }) => [when === stamp(2001), elided])).toEqual([
      [false, undefined],
      [true, true],
      [false, true],
      [false, undefined],
    ]);
  });

  test('may be part of a single line', () => {
    const lines = holed({ lines: 0, bytes: 40_000 }, `${stamp(2001)} be`, `gan\n${line(62_000, 'z')}`);
    expect(lines.map(({ elided }) => elided)).toEqual([true, undefined]);
    expect(lines[0]?.text.length).toBeGreaterThan(39_000);
  });

  test('may go on to the end of the read, and do so until then', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle
      .head(id, 2001)
      .chunk(id, 2005, line(2000, 'a'))
      .elided(id, 2010, 9, 900)
      .end(id, 12_010, 'failed', 'ECONNRESET');
    const lines = onlyLog(bundle).lines;
    expect(lines.map(({ at }) => at - startedAt).slice(1)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => 2005 + n * 1000),
    );
  });

  test('are so many that no call could take them as arguments', () => {
    expect(holed({ lines: 300_000, bytes: 300_000 * 60 }, line(2000, 'a'), line(62_000, 'z'))).toHaveLength(300_002);
  });
});

describe('a line is written', () => {
  const offsets = (bundle: Bundle) => onlyLog(bundle).lines.map(({ at }) => at - startedAt);

  test('at its stamp, moved to the clock of the recording process by the one that came fastest', () => {
    const bundle = running();
    const id = bundle.follow(2000);
    bundle.head(id, 2001);
    for (const [ms, came] of [
      [32_000, 2300],
      [32_500, 2510],
      [33_000, 3900],
    ] as const)
      bundle.chunk(id, came, line(ms, 'x'));
    // The node is 30 s ahead.
    expect(offsets(bundle)).toEqual([2010, 2510, 3010]);
  });

  test('never after it came first, and never before the line before it', () => {
    const bundle = followed(running(), 2000, undefined, [2000, 'a'], [2100, 'b'], [2050, 'c']);
    expect(offsets(bundle)).toEqual([2005, 2105, 2105]);
  });

  test('when it was, also where it was read long after', () => {
    const bundle = running();
    const id = bundle.follow(60_000, { verb: 'get' });
    bundle
      .head(id, 60_001)
      .chunk(id, 60_002, line(2000, 'a') + line(5000, 'b'))
      .end(id, 60_003);
    expect(offsets(bundle)).toEqual([2000, 5000]);
  });
});
