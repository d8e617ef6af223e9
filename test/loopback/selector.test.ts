import { expect, test } from 'vitest';
import { resources } from '../../src/loopback/resources.ts';
import { fieldMatcher, labelMatcher } from '../../src/loopback/selector.ts';
import { refusalOf } from './objects.ts';

const metadata = { name: 'n', uid: 'u', resourceVersion: '1', creationTimestamp: '' };
const object = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { ...metadata, labels: { 'a.b/c': 'x', d: '' } },
  involvedObject: { uid: 'u1' },
  source: { component: 'kubelet' },
};

test.each([
  ['a.b/c=x', true],
  ['a.b/c==x,d', true],
  ['a.b/c=y', false],
  ['a.b/c!=y', true],
  ['none!=y', true],
  ['a.b/c in (w, x)', true],
  ['a.b/c in (w,y),d', false],
  ['a.b/c notin (x)', false],
  ['none notin (x)', true],
  ['d', true],
  ['!d', false],
  ['!none', true],
  ['', true],
])('labels %j: %j', (selector, expected) => {
  expect(labelMatcher(selector)(object)).toBe(expected);
});

test.each([
  ['involvedObject.uid=u1', true],
  ['involvedObject.uid==u2', false],
  ['involvedObject.uid!=u2,source=kubelet', true],
  ['reason=', true],
])('fields %j: %j', (selector, expected) => {
  expect(fieldMatcher(selector, resources.events)(object)).toBe(expected);
});

test('what can not be read or is not offered is a bad request', () => {
  expect(refusalOf(() => labelMatcher('a=b=c')).message).toBe('unable to parse requirement: a=b=c');
  expect(refusalOf(() => fieldMatcher('spec.x=1', resources.pods)).message).toBe('field label not supported: spec.x');
  expect(refusalOf(() => fieldMatcher('reason', resources.events)).code).toBe(400);
});
