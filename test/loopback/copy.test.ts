import { expect, test } from 'vitest';
import { copyOf } from '../../src/loopback/copy.ts';

test('a copy is equal, and nothing of it is shared', () => {
  const value = JSON.parse('{"a":[1,{"b":null}],"c":{"d":"x","e":true},"__proto__":{"f":1}}');
  const copy = copyOf(value);
  expect(copy).toEqual(value);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  for (const key of ['a', 'c', '__proto__'])
    expect(Object.getOwnPropertyDescriptor(copy, key)?.value).not.toBe(
      Object.getOwnPropertyDescriptor(value, key)?.value,
    );
  copy.a[1].b = 2;
  expect(value.a[1].b).toBeNull();
});
