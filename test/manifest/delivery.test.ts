import { expect, test } from 'vitest';
import { planDelivery } from '../../src/manifest/delivery.ts';

const kib = 1024;

test('up to 96 KiB of UTF-8 travel in the Job itself', () => {
  expect(planDelivery('é'.repeat(48 * kib), undefined, {})).toEqual({ by: 'env', bytes: 96 * kib });
  expect(planDelivery(`${'é'.repeat(48 * kib)}a`, undefined, {})).toEqual({ by: 'secret', bytes: 96 * kib + 1 });
});

test('prompt and instructions count together', () => {
  expect(planDelivery('a'.repeat(96 * kib), 'b', {})).toEqual({ by: 'secret', bytes: 96 * kib + 1 });
});

test('tokens travel in a Secret whatever their size, and do not move the prompt there', () => {
  expect(planDelivery('a', undefined, { TOKEN: 't'.repeat(97 * kib) })).toEqual({ by: 'env', bytes: 1 });
});

test('a Secret holds 1 MiB, with the tokens', () => {
  expect(planDelivery('a'.repeat(kib * kib - 3), undefined, { A: '€' })).toMatchObject({ by: 'secret' });
  expect(planDelivery('a'.repeat(kib * kib - 2), undefined, { A: '€' })).toEqual({
    error:
      "the prompt has 1048574 bytes, the instructions 0, the run's tokens 3: together at most 1048576 bytes fit into a Kubernetes Secret",
  });
  expect(planDelivery('a', undefined, { A: 't'.repeat(kib * kib + 1) })).toHaveProperty('error');
});
