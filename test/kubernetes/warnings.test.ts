import { expect, test } from 'vitest';
import { warningsIn } from '../../src/kubernetes/warnings.ts';

test.each([
  ['none', undefined, []],
  ['one, as the API server writes it', '299 - "unknown field \\"spec.a\\""', ['unknown field "spec.a"']],
  ['several in one header', '299 - "one, and more", 299 - "another"', ['one, and more', 'another']],
  ['several headers', ['299 - "one"', '299 kube "another"'], ['one', 'another']],
  ['a proxy’s own, of another code', '110 cache "Response is stale"', []],
  ['what is no warning', 'anything', []],
])('%s', (_, header, expected) => {
  expect(warningsIn(header)).toEqual(expected);
});
