import { expect, test } from 'vitest';
import { textWithout, valueWithout } from '../../src/engine/without-tokens.ts';

test('tokens are taken out of a text at their own length, short ones are no tokens', () => {
  const without = textWithout({ A: 'abcdefghijklmnop', B: 'on' });
  expect(without('x abcdefghijklmnop abcdefghijklmnop on')).toBe(`x ${'*'.repeat(16)} ${'*'.repeat(16)} on`);
});

test('and as they stand within JSON', () => {
  const token = 'with "quotes" and \\';
  const text = `failed: ${JSON.stringify({ token })}`;
  const left = textWithout({ A: token })(text);
  expect(left).toBe(text.replace(JSON.stringify(token).slice(1, -1), '*'.repeat(22)));
  expect(JSON.parse(left.slice('failed: '.length))).toEqual({ token: '*'.repeat(22) });
});

test('a value is the same but for the texts that hold one, and the very same where none does', () => {
  const without = valueWithout({ A: 'abcdefghijklmnop' });
  const at = new Date(0);
  const value = { list: ['a', { deep: 'x abcdefghijklmnop' }], at, none: undefined, nothing: null, n: 1 };
  expect(without(value)).toStrictEqual({ ...value, list: ['a', { deep: `x ${'*'.repeat(16)}` }] });
  expect(without(value).at).toBe(at);
  const clean = { list: ['a', { deep: 'b' }] };
  expect(without(clean)).toBe(clean);
});
