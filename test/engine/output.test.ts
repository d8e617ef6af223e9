import { expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';

test('keeps the order, one write at a time, and joins what waits within the limit of the host', async () => {
  const written: string[] = [];
  let busy = 0;
  const output = new Output(
    {
      async log(text) {
        expect(++busy).toBe(1);
        await Promise.resolve();
        written.push(text);
        busy--;
      },
    },
    () => undefined,
  );
  const pieces = Array.from({ length: 500 }, (_, n) => `${n}${'x'.repeat(n)}\n`);
  for (const piece of pieces) output.push([piece]);
  await output.settled;
  expect(written.join('')).toBe(pieces.join(''));
  expect(written.length).toBeLessThan(10);
  expect(Math.max(...written.map(({ length }) => length))).toBeLessThanOrEqual(60 * 1024);
  expect(output.settled).toBeUndefined();
});

test('lets one write wait beside the one that is under way, and no more', async () => {
  const taken: string[] = [];
  let take = Promise.withResolvers<void>();
  const log = (text: string) => {
    taken.push(text);
    return take.promise;
  };
  const output = new Output({ log }, () => undefined);
  const piece = 'x'.repeat(20 * 1024);
  let pushed = 0;
  for (; output.room === undefined; pushed++) output.push([piece]);
  expect([pushed, taken.length]).toEqual([4, 1]);
  const { room } = output;
  take.resolve();
  take = Promise.withResolvers();
  take.resolve();
  await room;
  expect(taken.map(({ length }) => length / piece.length)).toEqual([1, 3]);
  expect([output.room, output.settled]).toEqual([undefined, undefined]);
});

test('a write that fails is told, and the next one goes on', async () => {
  const failures: unknown[] = [];
  const written: string[] = [];
  const log = (text: string) => (text === 'bad' ? Promise.reject(new Error('no')) : void written.push(text));
  const output = new Output({ log }, (error) => failures.push(error));
  output.push(['bad']);
  await output.settled;
  output.push(['good']);
  await output.settled;
  expect({ failures: failures.length, written }).toEqual({ failures: 1, written: ['good'] });
});
