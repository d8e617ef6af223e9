import { expect, test } from 'vitest';
import { applyJsonPatch, applyMergePatch } from '../../src/loopback/json-patch.ts';
import { refusalOf } from './objects.ts';

const document = { a: { 'b/c': 1, '~': 2 }, list: [1, 2, 3] };

test.each([
  ['add to an object', { op: 'add', path: '/a/d', value: 3 }, { a: { ...document.a, d: 3 }, list: [1, 2, 3] }],
  [
    'a slash and a tilde in a key',
    { op: 'replace', path: '/a/b~1c', value: 9 },
    { ...document, a: { 'b/c': 9, '~': 2 } },
  ],
  ['remove a tilde', { op: 'remove', path: '/a/~0' }, { ...document, a: { 'b/c': 1 } }],
  ['insert into a list', { op: 'add', path: '/list/1', value: 9 }, { ...document, list: [1, 9, 2, 3] }],
  ['append to a list', { op: 'add', path: '/list/-', value: 4 }, { ...document, list: [1, 2, 3, 4] }],
  ['replace in a list', { op: 'replace', path: '/list/0', value: 9 }, { ...document, list: [9, 2, 3] }],
  ['move', { op: 'move', from: '/a/~0', path: '/z' }, { a: { 'b/c': 1 }, list: [1, 2, 3], z: 2 }],
  ['copy', { op: 'copy', from: '/list', path: '/z' }, { ...document, z: [1, 2, 3] }],
  ['the whole document', { op: 'replace', path: '', value: 1 }, 1],
  ['a test that holds', { op: 'test', path: '/list', value: [1, 2, 3] }, document],
])('%s', (_, operation, expected) => {
  const before = structuredClone(document);
  expect(applyJsonPatch(document, [operation])).toEqual(expected);
  expect(document).toEqual(before);
});

test.each([
  ['a test that fails', { op: 'test', path: '/list/0', value: 2 }],
  ['a missing parent', { op: 'add', path: '/none/x', value: 1 }],
  ['replacing what is not there', { op: 'replace', path: '/a/x', value: 1 }],
  ['removing what is not there', { op: 'remove', path: '/a/x' }],
  ['past the end of a list', { op: 'add', path: '/list/4', value: 1 }],
  ['an index with a leading zero', { op: 'remove', path: '/list/01' }],
  ['an unknown operation', { op: 'swap', path: '/a' }],
  ['an inherited key', { op: 'add', path: '/__proto__/x', value: 1 }],
])('%s is refused', (_, operation) => {
  expect(refusalOf(() => applyJsonPatch(document, [operation]))).toMatchObject({ code: 422, reason: 'Invalid' });
});

test('a patch that is no list is a bad request', () => {
  expect(refusalOf(() => applyJsonPatch(document, {})).code).toBe(400);
});

test('a merge patch merges objects, replaces lists and removes nulls', () => {
  const merged = applyMergePatch({ a: { b: 1, c: 2 }, list: [1, 2] }, { a: { b: null, d: { e: 1 } }, list: [3] });
  expect(merged).toEqual({ a: { c: 2, d: { e: 1 } }, list: [3] });
});
