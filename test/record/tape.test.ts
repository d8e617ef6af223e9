import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import type { Ask } from '../../src/kubernetes/transport.ts';
import { ElidedBytes, LogSum } from '../../src/record/elided.ts';
import { type Kept, type KeptChunk, sizeOf } from '../../src/record/kept.ts';
import { listenToOwn } from '../../src/record/own-request.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { Tape } from '../../src/record/tape.ts';
import { until } from '../engine/world.ts';
import { ManualClock } from '../loopback/manual-clock.ts';
import { plan } from '../manifest/plan.ts';

const chunk = (id: number, text: string) => ({ f: 'chunk', at: 0, id, bytes: Buffer.from(text) }) as const;
const request = (id: number) =>
  ({
    f: 'request',
    at: 0,
    id,
    verb: 'follow',
    resource: 'pods/log',
    method: 'GET',
    path: '/log',
    body: undefined,
  }) as const;

const sumOf = (text: string, size = text.length) => {
  const what = new ElidedBytes();
  let sum = new LogSum();
  for (let at = 0; at < text.length; at += size) {
    const bytes = Buffer.from(text.slice(at, at + size));
    sum = sum.plus(bytes);
    what.add({ bytes }, sum);
  }
  return { lines: what.lines, bytes: what.bytes, hash: what.hash() };
};

describe('what is told of bytes that were let go', () => {
  const text = Array.from({ length: 400 }, (_, line) => `line ${line} ${'x'.repeat(line % 50)}\n`).join('');

  test('is the same however they were cut', () => {
    expect(sumOf(text)).toMatchObject({
      lines: 400,
      bytes: text.length,
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    for (const size of [1, 2, 100, 1020, 1021, 1022, 2042, 5_000]) expect(sumOf(text, size)).toEqual(sumOf(text));
  });

  test('is another one for other bytes: one more, one less, one that is met, two that changed places', () => {
    const met = `${text.slice(0, 2042)}#${text.slice(2043)}`;
    const swapped = `${text.slice(1021, 2042)}${text.slice(0, 1021)}${text.slice(2042)}`;
    const all = [text, `${text}y`, text.slice(1), met, swapped].map((one) => JSON.stringify(sumOf(one)));
    expect(new Set(all).size).toBe(5);
  });
});

describe('a tape', () => {
  test('keeps the beginning and the end of a log, and says what lay between', () => {
    const tape = new Tape({ head: 1000, tail: 1000 });
    tape.pin(request(1));
    const pieces = Array.from({ length: 50 }, (_, index) => `line ${index}\n`);
    for (const piece of pieces) tape.log(chunk(1, piece));
    tape.pin({ f: 'end', at: 0, id: 1, how: 'complete', error: undefined });
    const frames = [...tape.frames];
    expect(frames.map(({ f }) => f)).toEqual([
      'request',
      'chunk',
      'chunk',
      'chunk',
      'chunk',
      'elided',
      'chunk',
      'chunk',
      'chunk',
      'chunk',
      'end',
    ]);
    const texts = frames.flatMap((kept) => (kept.f === 'chunk' ? [kept.bytes.toString()] : []));
    expect(texts).toEqual([...pieces.slice(0, 4), ...pieces.slice(-4)]);
    const elided = frames.find((kept) => kept.f === 'elided');
    const gone = pieces.slice(4, -4).join('');
    expect(elided?.what).toMatchObject({ lines: 42, bytes: gone.length });
    expect(elided?.what.hash()).toBe(sumOf(gone).hash);
  });

  test('has no holes in the beginning: what is small does not go there past what was too large', () => {
    const tape = new Tape({ head: 1000, tail: 5000 });
    for (const text of ['first', 'x'.repeat(900), 'small', 'y'.repeat(4700)]) tape.log(chunk(1, text));
    expect([...tape.frames].map((kept) => (kept.f === 'chunk' ? kept.bytes.toString().slice(0, 5) : kept.f))).toEqual([
      'first',
      'elided',
      'yyyyy',
    ]);
  });

  test('stays bounded however long the log is, over any number of attempts', () => {
    const tape = new Tape({ head: 10_000, tail: 10_000 });
    for (let n = 0; n < 100_000; n++) tape.log(chunk(n % 7, 'x'.repeat(n % 300)));
    expect(tape.bytes).toBeLessThan(25_000);
    expect([...tape.frames].length).toBeLessThan(110);
  });

  test('does not hold what it has let go', async () => {
    const tape = new Tape({ head: 0, tail: 100_000 });
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    let held = 0;
    const freed = new FinalizationRegistry(() => held--);
    for (let n = 0; n < 200; n++) {
      const one = chunk(1, 'x'.repeat(10_000));
      freed.register(one.bytes, n);
      held++;
      tape.log(one);
    }
    await until('most are free', () => {
      collect();
      return held < 20;
    });
  });
});

test('a small chunk does not keep the buffer of the network alive, unless it is kept anyway; what is kept is counted', () => {
  const kept: KeptChunk[] = [];
  const take = (one: Kept) => void (one.f === 'chunk' && kept.push(one));
  const ask: Ask = { method: 'GET', verb: 'follow', resource: 'pods/log', path: '/log' };
  const listener = listenToOwn(ask, 1, { pin: take, log: take });
  const network = Buffer.alloc(64 * 1024);
  listener.chunk(network.subarray(0, 20), 0);
  listener.chunk(network.subarray(20, 30_000), 0);
  listener.chunk(network.subarray(30_000), 0);
  listener.chunk(Buffer.alloc(64 * 1024).subarray(20_000, 21_000), 0);
  listener.chunk(network.subarray(100, 200), 0);
  expect(kept.map(({ bytes }) => bytes.buffer === network.buffer)).toEqual([false, true, true, false, true]);
  expect(kept.map(sizeOf)).toEqual([20, 64 * 1024, 0, 1_000, 0].map((memory) => 200 + memory));
});

test('line ends that the reader has counted are taken over, unless it speaks of other chunks', () => {
  const kept: KeptChunk[] = [];
  const take = (one: Kept) => void (one.f === 'chunk' && kept.push(one));
  const ask: Ask = { method: 'GET', verb: 'follow', resource: 'pods/log', path: '/log' };
  const listener = listenToOwn(ask, 1, { pin: take, log: take });
  listener.head(200, {}, 0);
  for (const length of [10, 20, 30, 40]) listener.chunk(Buffer.alloc(length, '\n'), 0);
  listener.counted?.(10, 7);
  listener.counted?.(20, 8);
  listener.counted?.(70, 9);
  listener.counted?.(40, 9);
  expect(kept.map(({ lineEnds }) => lineEnds)).toEqual([7, 8, undefined, undefined]);
  const what = new ElidedBytes();
  let sum = new LogSum();
  for (const one of kept) {
    sum = sum.plus(one.bytes);
    what.add(one, sum);
  }
  expect(what).toMatchObject({ lines: 7 + 8 + 30 + 40, bytes: 100 });
});

describe('a process', () => {
  const limits = { head: 4_000, tail: 8_000 };
  const follow: Ask = { method: 'GET', verb: 'follow', resource: 'pods/log', path: '/log' };
  const list: Ask = { method: 'GET', verb: 'list', resource: 'jobs', path: '/jobs' };

  function begin(bytesMax: number, runs: number) {
    const frames: string[][] = [];
    const clock = new ManualClock();
    const recorder = new Recorder({
      clock,
      build: 'test',
      bytesMax,
      tape: limits,
      async write(_, __, lines) {
        const all: string[] = [];
        for await (const line of lines) all.push(line);
        frames.push(all);
        return 'written';
      },
    });
    const wire = recorder.wire();
    const recordings = Array.from({ length: runs }, () => wire.begin({ plan: plan(), which: 'all', directory: '/x' }));
    const listen = (run: number, ask: Ask, at = 0) => recordings[run]?.asking(() => wire.tap.request(ask, at));
    const say = (run: number, ask: Ask, bytes: number, at: number) => {
      const listener = listen(run, ask, at);
      listener?.head(200, {}, at);
      for (let left = bytes; left > 0; left -= 500) listener?.chunk(Buffer.from(`${'y'.repeat(499)}\n`), at);
    };
    const written = async (run: number) => {
      await recordings[run]?.end(undefined);
      const parsed = frames
        .at(-1)
        ?.map((line): { f: string; transition?: unknown; dropped?: { frames: number } } => JSON.parse(line));
      return parsed ?? [];
    };
    return { recorder, recordings, listen, say, written };
  }

  test('lets the log of the run go first that was idle the longest', async () => {
    const { recorder, say, written } = begin(20_000, 2);
    say(0, follow, 9_000, 1);
    say(1, follow, 9_000, 2);
    expect(recorder.memoryBytes).toBeLessThanOrEqual(20_000);
    const [idle, busy] = [await written(0), await written(1)];
    expect(idle.filter(({ f }) => f === 'elided')).toHaveLength(1);
    expect(idle.filter(({ f }) => f === 'chunk').length).toBeLessThan(8);
    expect(busy.filter(({ f }) => f === 'chunk')).toHaveLength(16);
    expect(recorder.memoryBytes).toBe(0);
  });

  test('is bounded although a decision comes with each piece of the log', () => {
    const clock = new ManualClock();
    const recorder = new Recorder({ clock, build: 'test', tape: limits });
    const wire = recorder.wire();
    const recording = wire.begin({ plan: plan(), which: 'all', directory: '/x' });
    const listener = recording.asking(() => wire.tap.request(follow, 0));
    listener?.head(200, {}, 0);
    for (let at = 0; at < 5_000; at++) {
      listener?.chunk(Buffer.from('x'), at);
      recording.transition({ type: 'output', at, lines: 1, bytes: 1 });
    }
    expect(recorder.memoryBytes).toBeLessThan(limits.head + limits.tail + 2_000);
  });

  test('tells all output between two pieces of the log as one decision, in its place', async () => {
    const { recordings, listen, written } = begin(1e6, 1);
    const output = (at: number, lines: number) =>
      recordings[0]?.transition({ type: 'output', at, lines, bytes: lines * 10 });
    const listener = listen(0, follow);
    listener?.head(200, {}, 0);
    listener?.chunk(Buffer.from('a'), 1);
    output(1, 2);
    output(2, 3);
    listener?.chunk(Buffer.from('b'), 3);
    output(3, 4);
    recordings[0]?.transition({ type: 'silence', at: 4, seconds: 600 });
    output(5, 6);
    const told = (await written(0)).slice(1, -1).map((frame) => frame.transition ?? frame.f);
    expect(told).toEqual([
      'request',
      'head',
      'chunk',
      { type: 'output', at: 2, lines: 5, bytes: 50 },
      'chunk',
      { type: 'output', at: 3, lines: 4, bytes: 40 },
      { type: 'silence', at: 4, seconds: 600 },
      { type: 'output', at: 5, lines: 6, bytes: 60 },
    ]);
  });

  test('writes one bundle at a time', async () => {
    const order: string[] = [];
    const recorder = new Recorder({
      clock: new ManualClock(),
      build: 'test',
      async write(directory, _, lines) {
        order.push(`begin ${directory}`);
        for await (const line of lines) expect(line).toMatch(/\n$/);
        order.push(`end ${directory}`);
        return directory;
      },
    });
    const wire = recorder.wire();
    const both = ['/a', '/b'].map((directory) => wire.begin({ plan: plan(), which: 'all', directory }));
    await Promise.all(both.map((recording) => recording.end(undefined)));
    expect(order).toEqual(['begin /a', 'end /a', 'begin /b', 'end /b']);
  });

  test('stays below its bound whatever is recorded, and says what is missing', async () => {
    const { recorder, say, written } = begin(20_000, 3);
    for (let n = 0; n < 60; n++) {
      say(n % 3, list, 5_000, n);
      expect(recorder.memoryBytes).toBeLessThanOrEqual(20_000);
    }
    const footers = [await written(0), await written(1), await written(2)].map((frames) => frames.at(-1));
    for (const footer of footers) expect(footer?.dropped?.frames).toBeGreaterThan(0);
  });
});
