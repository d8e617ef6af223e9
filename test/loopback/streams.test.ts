import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { isPod, type PodObject } from '../../src/loopback/object.ts';
import { isLog, isWatch } from '../../src/loopback/open-stream.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { ManualClock } from './manual-clock.ts';
import { job, jobs, pod, pods, runningPod } from './objects.ts';
import { Wire } from './wire.ts';

let clock: ManualClock;
let api: Loopback;
beforeEach(async () => {
  clock = new ManualClock();
  api = await startLoopback(clock);
});
afterEach(() => api.close());

function until(check: () => void): Promise<void> {
  return vi.waitFor(check, { interval: 2, timeout: 5_000 });
}

async function watchJobs(query = '') {
  const wire = new Wire(api.url, `/apis/batch/v1/namespaces/agents/jobs?watch=true${query}`);
  await until(() => expect(wire.head).toContain('200 OK'));
  return wire;
}

function events(wire: Wire): unknown[] {
  return wire.chunks.filter(Boolean).map((line) => {
    const { type, object } = JSON.parse(line);
    return [type, object.metadata?.name ?? object.code ?? '', object.metadata?.resourceVersion];
  });
}

describe('watch', () => {
  test('from a version: what came after it, and what comes', async () => {
    const from = api.store.create(jobs, job('a')).metadata.resourceVersion;
    api.store.create(jobs, job('b'));
    const wire = await watchJobs(`&resourceVersion=${from}`);
    api.store.create(pods, pod('p'));
    api.store.create({ ...jobs, namespace: 'others' }, job('z'));
    api.store.remove({ ...jobs, name: 'a' });
    await until(() =>
      expect(events(wire)).toEqual([
        ['ADDED', 'b', '1002'],
        ['DELETED', 'a', '1005'],
      ]),
    );
  });

  test('from no version: what is, then what comes', async () => {
    api.store.create(jobs, job('a'));
    const wire = await watchJobs();
    api.store.update({ ...jobs, name: 'a' }, (draft) => Object.assign(draft, { spec: { suspend: false } }));
    await until(() =>
      expect(events(wire)).toEqual([
        ['ADDED', 'a', '1001'],
        ['MODIFIED', 'a', '1002'],
      ]),
    );
  });

  test('an object that leaves the selection is deleted there, one that enters it is added', async () => {
    api.store.create(jobs, job('a', { labels: { x: '1' } }));
    const wire = await watchJobs('&labelSelector=x%3D1&resourceVersion=1001');
    const relabel = (x: string) =>
      api.store.update({ ...jobs, name: 'a' }, ({ metadata }) => Object.assign(metadata, { labels: { x } }));
    relabel('2');
    relabel('3');
    relabel('1');
    await until(() =>
      expect(events(wire)).toEqual([
        ['DELETED', 'a', '1002'],
        ['ADDED', 'a', '1004'],
      ]),
    );
  });

  test('of a compacted version is an error event, and the end', async () => {
    api.store.create(jobs, job('a'));
    api.store.compact();
    const wire = await watchJobs('&resourceVersion=1000');
    await until(() => expect(wire.ended).toBe('fin'));
    expect(events(wire)).toEqual([['ERROR', 410, undefined]]);
    expect(wire.chunks[0]).toContain('too old resource version: 1000 (1001)');
  });

  test('bookmarks by the clock, one more at the timeout, then the end', async () => {
    const wire = await watchJobs('&resourceVersion=1000&allowWatchBookmarks=true&timeoutSeconds=90');
    const bare = await watchJobs('&resourceVersion=1000&timeoutSeconds=90');
    clock.advance(60_000);
    api.store.create(pods, pod('p'));
    clock.advance(30_000);
    await until(() => expect([wire.ended, bare.ended]).toEqual(['fin', 'fin']));
    expect(events(wire)).toEqual([
      ['BOOKMARK', '', '1000'],
      ['BOOKMARK', '', '1001'],
    ]);
    expect(wire.chunks.at(-1)).toBe('');
    expect(bare.chunks).toEqual(['']);
    expect(clock.waiting).toBe(0);
  });
});

describe('log', () => {
  const log = () => api.logs.of(running(), 'claude');
  const follow = (query = '') =>
    new Wire(api.url, `/api/v1/namespaces/agents/pods/p/log?follow=true&timestamps=true${query}`);

  function running(): PodObject {
    const found = api.store.find({ ...pods, name: 'p' });
    if (!isPod(found)) throw new Error('there is no pod');
    return found;
  }

  test('its head goes out with the first byte, each push is one chunk', async () => {
    runningPod(api, 'p');
    const wire = follow();
    await until(() => expect(api.streams.list(isLog)).toHaveLength(1));
    // Another request has gone both ways since the follow was taken up.
    await fetch(`${api.url}/version`);
    expect(wire.text).toBe('');
    log().push('one', { stamp: '2026-11-24T10:00:00.5Z', text: '' });
    await until(() => expect(wire.chunks).toHaveLength(1));
    log().push({ stamp: undefined, text: 'fragment' });
    log().finish();
    await until(() => expect(wire.ended).toBe('fin'));
    expect(wire.chunks).toEqual(['2026-11-24T10:00:00.000000000Z one\n2026-11-24T10:00:00.5Z \n', 'fragment\n', '']);
  });

  test('is cut where the test asks for, characters too', async () => {
    runningPod(api, 'p');
    log().chunking = inPiecesOf(33);
    log().push('aé');
    const wire = follow();
    const [first, second] = ['2026-11-24T10:00:00.000000000Z a\xc3', '\xa9\n'];
    await until(() => expect(wire.body).toBe(`21\r\n${first}\r\n2\r\n${second}\r\n`));
  });

  test('since whole seconds, without stamps when they are not asked for', async () => {
    runningPod(api, 'p');
    const said = (second: string, text: string) => log().push({ stamp: `2026-11-24T10:00:${second}Z`, text });
    said('01.9', 'early');
    log().push({ stamp: undefined, text: 'its rest' });
    said('02.0', 'exact');
    said('02.7', 'late');
    log().push({ stamp: undefined, text: 'rest' });
    const read = async (query: string) =>
      (await fetch(`${api.url}/api/v1/namespaces/agents/pods/p/log?${query}`)).text();
    expect(await read('sinceTime=2026-11-24T10:00:02.5Z')).toBe('exact\nlate\nrest\n');
    expect(await read('container=claude&timestamps=true&sinceTime=2026-11-24T12:00:03%2B02:00')).toBe('');
    expect(await read('')).toContain('early\nits rest\n');
    expect(await read('sinceTime=yesterday')).toContain('parsing time');
    log().rotate();
    expect(await read('')).toBe('');
  });

  test.each([
    ['clean', 'fin', ['half a li', '']],
    ['fin', 'fin', ['half a li']],
    ['reset', 'ECONNRESET', ['half a li']],
  ] as const)('cut: %s', async (how, ended, chunks) => {
    runningPod(api, 'p');
    const wire = follow();
    await until(() => expect(api.streams.list(isLog)).toHaveLength(1));
    log().pushRaw('half a li');
    await until(() => expect(wire.chunks).toEqual(['half a li']));
    expect(api.streams.cut(how, isWatch)).toBe(0);
    expect(api.streams.cut(how)).toBe(1);
    await until(() => expect(wire.ended).toBe(ended));
    expect(wire.chunks).toEqual(chunks);
  });

  test('cut: stall keeps the connection and says nothing more', async () => {
    runningPod(api, 'p');
    const wire = follow();
    await until(() => expect(api.streams.list(isLog)).toHaveLength(1));
    log().push('before');
    await until(() => expect(wire.chunks).toHaveLength(1));
    api.streams.cut('stall');
    log().push('after');
    await fetch(`${api.url}/version`);
    expect([wire.chunks.length, wire.ended]).toEqual([1, undefined]);
    await api.close();
    await until(() => expect(wire.ended).toBeDefined());
    expect(wire.chunks).toHaveLength(1);
  });

  test.each([
    ['of an unknown pod', 'q', '', 404, 'pods "q" not found'],
    ['of an unknown container', 'p', 'container=x', 400, 'container x is not valid for pod p'],
    ['of a pod without a node', 'p', '', 204, undefined],
  ])('%s', async (_, name, query, status, message) => {
    api.store.create(pods, pod('p'));
    const response = await fetch(`${api.url}/api/v1/namespaces/agents/pods/${name}/log?${query}`);
    expect(response.status).toBe(status);
    if (message !== undefined) expect(await response.json()).toMatchObject({ message, code: status });
  });

  test.each([
    ['ContainerCreating', 'ContainerCreating'],
    ['ErrImagePull', "image can't be pulled"],
    ['ImagePullBackOff', 'trying and failing to pull image'],
  ])('of a container that waits: %s', async (reason, words) => {
    api.store.create(pods, pod('p', {}, 'node-1'));
    api.store.update({ ...pods, name: 'p' }, (draft) => {
      draft.status = { containerStatuses: [{ name: 'claude', state: { waiting: { reason } } }] };
    });
    const response = await fetch(`${api.url}/api/v1/namespaces/agents/pods/p/log?follow=true`);
    expect(await response.json()).toMatchObject({
      code: 400,
      reason: 'BadRequest',
      message: `container "claude" in pod "p" is waiting to start: ${words}`,
    });
  });

  test('ends when the pod is removed', async () => {
    runningPod(api, 'p');
    const wire = follow();
    await until(() => expect(api.streams.list(isLog)).toHaveLength(1));
    api.store.remove({ ...pods, name: 'p' });
    await until(() => expect(wire.chunks).toEqual(['']));
  });
});
