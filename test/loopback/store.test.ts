import { beforeEach, describe, expect, test } from 'vitest';
import type { Change } from '../../src/loopback/history.ts';
import { Store } from '../../src/loopback/store.ts';
import { ManualClock } from './manual-clock.ts';
import { job, jobs, names, pod, pods, refusalOf } from './objects.ts';

let clock: ManualClock;
let store: Store;
beforeEach(() => {
  clock = new ManualClock();
  store = new Store(() => clock.now());
});

const jsonPatch = 'application/json-patch+json';
const mergePatch = 'application/merge-patch+json';
const a = { ...jobs, name: 'a' };

describe('create and list', () => {
  test('what is created carries identity, version and time, whatever the caller says', () => {
    const made = store.create(jobs, job('a', { uid: 'mine', resourceVersion: '5' }));
    expect(made).toMatchObject({ apiVersion: 'batch/v1', kind: 'Job' });
    expect(made.metadata).toMatchObject({
      name: 'a',
      namespace: 'agents',
      resourceVersion: '1001',
      generation: 1,
      creationTimestamp: '2026-11-24T10:00:00Z',
    });
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('one counter for all kinds', () => {
    store.create(jobs, job('a'));
    expect(store.create(pods, pod('p')).metadata.resourceVersion).toBe('1002');
    expect(store.list(jobs).resourceVersion).toBe('1002');
  });

  test('a name is taken once per kind and namespace, and one is needed', () => {
    store.create(jobs, job('a'));
    store.create({ ...jobs, namespace: 'others' }, job('a'));
    store.create(pods, pod('a'));
    expect(refusalOf(() => store.create(jobs, job('a')))).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    const nameless = { metadata: {}, spec: {} };
    expect(refusalOf(() => store.create(jobs, nameless))).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(store.create(jobs, { metadata: { generateName: 'x-' } }).metadata.name).toMatch(/^x-.{5}$/);
  });

  test('a list is of one namespace or of all, by labels and fields', () => {
    store.create(jobs, job('b', { labels: { agent: 'scout' } }));
    store.create(jobs, job('a', { labels: { agent: 'scout' } }));
    store.create(jobs, job('c'));
    store.create({ ...jobs, namespace: 'others' }, job('d', { labels: { agent: 'scout' } }));
    expect(names(store, jobs, { labelSelector: 'agent=scout' })).toEqual(['a', 'b']);
    expect(names(store, { ...jobs, namespace: undefined }, { labelSelector: 'agent=scout' })).toEqual(['a', 'b', 'd']);
    expect(names(store, jobs, { fieldSelector: 'metadata.name=c' })).toEqual(['c']);
  });
});

describe('the past', () => {
  test('is listed as it was, until it is compacted', () => {
    const first = store.create(jobs, job('a')).metadata.resourceVersion;
    const second = store.create(jobs, job('b')).metadata.resourceVersion;
    store.remove(a);
    const exactly = (resourceVersion: string) => ({ resourceVersion, resourceVersionMatch: 'Exact' });
    expect(names(store, jobs, exactly(first))).toEqual(['a']);
    expect(names(store, jobs, exactly(second))).toEqual(['a', 'b']);
    expect(store.list(jobs, exactly(first)).resourceVersion).toBe(first);
    expect(names(store, jobs)).toEqual(['b']);
    store.compact();
    expect(refusalOf(() => store.list(jobs, exactly(second)))).toMatchObject({ code: 410, reason: 'Expired' });
    expect(names(store, jobs, exactly(String(store.version)))).toEqual(['b']);
    store.create(jobs, job('c'));
    expect(names(store, jobs, exactly(String(store.version - 1)))).toEqual(['b']);
  });

  test('a version that has not come is no answer, and a match needs a version', () => {
    const future = { resourceVersion: '9999', resourceVersionMatch: 'Exact' };
    expect(refusalOf(() => store.list(jobs, future))).toMatchObject({ code: 504, reason: 'Timeout' });
    expect(refusalOf(() => store.list(jobs, { resourceVersionMatch: 'Exact' }))).toMatchObject({ code: 422 });
  });
});

describe('patch', () => {
  test('a failed test changes nothing', () => {
    store.create(jobs, job('a'));
    const patch = [
      { op: 'add', path: '/metadata/labels/x', value: '1' },
      { op: 'test', path: '/metadata/uid', value: 'other' },
    ];
    expect(refusalOf(() => store.patch(a, jsonPatch, patch))).toMatchObject({ code: 422, reason: 'Invalid' });
    expect(store.read(a).metadata.labels).not.toHaveProperty('x');
    expect(store.version).toBe(1001);
  });

  test('counts the generation of a new spec only, and nothing when nothing changed', () => {
    store.create(jobs, job('a'));
    const label = store.patch(a, jsonPatch, [{ op: 'add', path: '/metadata/labels/x', value: '1' }]);
    expect(label.metadata).toMatchObject({ generation: 1, resourceVersion: '1002' });
    const spec = store.patch(a, mergePatch, { spec: { suspend: false } });
    expect(spec.metadata).toMatchObject({ generation: 2, resourceVersion: '1003' });
    expect(store.patch(a, mergePatch, { spec: { suspend: false } }).metadata.resourceVersion).toBe('1003');
  });

  test('never changes who the object is, and loses to a newer version', () => {
    const { uid } = store.create(jobs, job('a')).metadata;
    const patch = { metadata: { uid: 'x', creationTimestamp: '2000-01-01T00:00:00Z' } };
    expect(store.patch(a, mergePatch, patch).metadata).toMatchObject({ uid, resourceVersion: '1001' });
    const stale = { metadata: { resourceVersion: '7', labels: { x: '1' } } };
    expect(refusalOf(() => store.patch(a, mergePatch, stale))).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  test('of an unknown form or of nothing is refused', () => {
    store.create(jobs, job('a'));
    expect(refusalOf(() => store.patch(a, 'application/json', {})).code).toBe(415);
    expect(refusalOf(() => store.patch({ ...jobs, name: 'z' }, mergePatch, {})).code).toBe(404);
    expect(refusalOf(() => store.patch(a, jsonPatch, [{ op: 'remove', path: '/metadata' }])).code).toBe(422);
  });
});

describe('delete', () => {
  test('only what the preconditions mean', () => {
    const { uid } = store.create(jobs, job('a')).metadata;
    const other = refusalOf(() => store.delete(a, { preconditions: { uid: 'other' } }));
    expect(other).toMatchObject({ code: 409, reason: 'Conflict' });
    expect(other.message).toContain('the UID in the precondition (other) does not match');
    const old = { uid, resourceVersion: '7' };
    expect(refusalOf(() => store.delete(a, { preconditions: old })).message).toContain('the ResourceVersion in');
    expect(store.delete(a, { preconditions: { uid, resourceVersion: '1001' } })).toBeUndefined();
    expect(refusalOf(() => store.read(a)).code).toBe(404);
  });

  test('in the background takes what the object owned, without a word leaves it', () => {
    for (const name of ['a', 'b']) {
      const { uid } = store.create(jobs, job(name)).metadata;
      const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name, uid }];
      store.create(pods, pod(`${name}-pod`, { ownerReferences }));
      store.create({ resource: 'secrets', namespace: 'agents' }, { metadata: { name: `${name}-s`, ownerReferences } });
    }
    store.delete(a, { propagationPolicy: 'Background' });
    store.delete({ ...jobs, name: 'b' });
    expect(names(store, jobs)).toEqual([]);
    expect(names(store, pods)).toEqual(['b-pod']);
    expect(names(store, { resource: 'secrets', namespace: 'agents' })).toEqual(['b-s']);
  });

  test('gives a pod on a node its grace period, once', () => {
    const p = { ...pods, name: 'p' };
    store.create(pods, pod('p', {}, 'node-1'));
    const { metadata } = store.delete(p, { gracePeriodSeconds: 20 }) ?? {};
    expect(metadata).toMatchObject({ deletionTimestamp: '2026-11-24T10:00:20Z', deletionGracePeriodSeconds: 20 });
    clock.advance(5_000);
    expect(store.delete(p)?.metadata).toEqual(metadata);
    expect(store.delete(p, { gracePeriodSeconds: 0 })).toBeUndefined();
    expect(store.find(p)).toBeUndefined();
  });

  test('waits for the last finalizer', () => {
    store.create(jobs, job('a', { finalizers: ['x/y'] }));
    expect(store.delete(a)?.metadata.deletionTimestamp).toBe('2026-11-24T10:00:00Z');
    expect(store.find(a)).toBeDefined();
    store.patch(a, jsonPatch, [{ op: 'remove', path: '/metadata/finalizers' }]);
    expect(store.find(a)).toBeUndefined();
  });
});

test('what a subscriber causes is told after what it was told, to everybody', () => {
  const told: Change[] = [];
  store.subscribe(({ type, resource }) => {
    if (type === 'ADDED' && resource === 'jobs') store.create(pods, pod('p'));
  });
  const stop = store.subscribe((change) => told.push(change));
  store.create(jobs, job('a'));
  expect(told.map(({ version, key }) => [version, key])).toEqual([
    [1001, 'jobs/agents/a'],
    [1002, 'pods/agents/p'],
  ]);
  stop();
  store.remove(a);
  expect(told).toHaveLength(2);
});
