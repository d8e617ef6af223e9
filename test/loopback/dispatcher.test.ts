import { type Dispatcher, request } from 'undici';
import { beforeEach, describe, expect, test } from 'vitest';
import { ClusterApi } from '../../src/loopback/cluster-api.ts';
import { LoopbackDispatcher } from '../../src/loopback/dispatcher.ts';
import { asks } from '../../src/loopback/faults.ts';
import { isWatch } from '../../src/loopback/open-stream.ts';
import { drive } from '../../src/replay/world/drive.ts';
import { VirtualClock } from '../../src/replay/world/virtual-clock.ts';

const server = 'http://recorded.invalid';
const watching = `${server}/api/v1/namespaces/a/pods?watch=true`;
let clock: VirtualClock;
let api: ClusterApi;
let dispatcher: Dispatcher;

beforeEach(() => {
  clock = new VirtualClock(Date.parse('2026-01-01T00:00:00Z'));
  api = new ClusterApi(clock);
  dispatcher = new LoopbackDispatcher({ api, clock, latencyOf: () => 40, stirred: clock.stirred });
});

/** Moves time until it is settled. */
async function inTime<T>(promise: Promise<T>): Promise<T> {
  let over = false;
  const done = () => {
    over = true;
  };
  promise.then(done, done);
  await drive(clock, { over: () => over, until: clock.now() + 3_600_000 });
  return promise;
}

describe('a client on undici', () => {
  test('gets its answer after the latency, by the clock of the world', async () => {
    const began = clock.now();
    const { statusCode, headers, body } = await inTime(request(`${server}/version`, { dispatcher }));
    expect({ statusCode, date: headers.date, waited: clock.now() - began }).toEqual({
      statusCode: 200,
      date: 'Thu, 01 Jan 2026 00:00:00 GMT',
      waited: 40,
    });
    expect(await inTime(body.json())).toMatchObject({ gitVersion: 'v1.34.1' });
  });

  test('writes and reads an object', async () => {
    const path = `${server}/api/v1/namespaces/a/secrets`;
    const body = JSON.stringify({ metadata: { name: 's' } });
    const headers = { 'content-type': 'application/json' };
    const created = await inTime(request(path, { dispatcher, method: 'POST', body, headers }));
    expect(created.statusCode).toBe(201);
    const read = await inTime(request(`${path}/s`, { dispatcher }));
    expect(await inTime(read.body.json())).toMatchObject({ kind: 'Secret', metadata: { name: 's' } });
  });

  test.each([
    ['reset', 'ECONNRESET'],
    ['fin', 'UND_ERR_SOCKET'],
  ] as const)('sees a stream that is cut by %s as a socket would show it, and what came before', async (how, code) => {
    const { body } = await inTime(request(watching, { dispatcher }));
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of body) pieces.push(String(piece));
    })();
    clock.at(clock.now() + 1000, () => {
      api.store.create({ resource: 'pods', namespace: 'a' }, { metadata: { name: 'p' }, status: { phase: 'Pending' } });
      api.streams.cut(how, isWatch);
    });
    await expect(inTime(reading)).rejects.toMatchObject({ code });
    expect(pieces.join('')).toContain('"name":"p"');
  });

  test('that aborts is rid of its stream, and the cluster knows', async () => {
    const abort = new AbortController();
    const { body } = await inTime(request(watching, { dispatcher, signal: abort.signal }));
    body.on('error', () => {});
    expect(api.streams.list()).toHaveLength(1);
    abort.abort();
    expect(api.streams.list()).toHaveLength(0);
  });

  test('that aborts before the answer gets none, and nothing is carried out', async () => {
    const abort = new AbortController();
    const asked = request(`${server}/version`, { dispatcher, signal: abort.signal });
    abort.abort();
    await expect(inTime(asked)).rejects.toMatchObject({ name: 'AbortError' });
    expect(api.requests).toEqual([]);
  });

  test('does not get what it does not read', async () => {
    const { body } = await inTime(request(watching, { dispatcher, highWaterMark: 16 }));
    for (let index = 0; index < 20; index++) {
      api.store.create({ resource: 'pods', namespace: 'a' }, { metadata: { name: `p${index}` } });
    }
    await drive(clock, { over: () => true, until: clock.now() });
    const [stream] = api.streams.list();
    expect(stream?.unsentBytes).toBeGreaterThan(1000);
    let got = '';
    body.on('data', (piece) => {
      got += piece;
    });
    await drive(clock, { over: () => got.includes('"p19"'), until: clock.now() + 1000 });
    expect(stream?.unsentBytes).toBe(0);
    body.on('error', () => {}).destroy();
  });

  test('meets faults as they are', async () => {
    api.faults.add(asks('get', 'version'), { is: 'reset' });
    await expect(inTime(request(`${server}/version`, { dispatcher }))).rejects.toMatchObject({ code: 'ECONNRESET' });
    api.faults.add(asks('get', 'version'), { is: 'answer', status: 429, retryAfter: 7 });
    const throttled = await inTime(request(`${server}/version`, { dispatcher }));
    expect([throttled.statusCode, throttled.headers['retry-after']]).toEqual([429, '7']);
  });
});
