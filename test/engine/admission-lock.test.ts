import { expect, test } from 'vitest';
import { AdmissionLocks } from '../../src/engine/admission-lock.ts';

test('one at a time for an agent, in the order of asking; other agents do not wait', async () => {
  const locks = new AdmissionLocks();
  const order: string[] = [];
  const first = await locks.acquire('a');
  const second = locks.acquire('a').then((unlock) => {
    order.push('second');
    return unlock;
  });
  const third = locks.acquire('a').then((unlock) => {
    order.push('third');
    return unlock;
  });
  (await locks.acquire('b'))();
  expect(order).toEqual([]);
  first();
  (await second)();
  expect(order).toEqual(['second']);
  (await third)();
  expect(order).toEqual(['second', 'third']);
});

test('given back twice is given back once', async () => {
  const locks = new AdmissionLocks();
  const first = await locks.acquire('a');
  first();
  first();
  const second = await locks.acquire('a');
  let over = false;
  const third = locks.acquire('a').then(() => {
    over = true;
  });
  await Promise.resolve();
  expect(over).toBe(false);
  second();
  await third;
  expect(over).toBe(true);
});
