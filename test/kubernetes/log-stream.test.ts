import { describe, expect, test } from 'vitest';
import type { LogAsk } from '../../src/kubernetes/cluster.ts';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { asks } from '../../src/loopback/faults.ts';
import { isPod } from '../../src/loopback/object.ts';
import { isLog } from '../../src/loopback/open-stream.ts';
import { pod, pods, runningPod } from '../loopback/objects.ts';
import { Heard } from './log-feed.ts';
import { beside, roundTrip, until } from './loopback-api.ts';

const now = beside();
const ask: LogAsk = { namespace: 'agents', pod: 'p', container: 'claude', follow: true, since: undefined };

function log() {
  const found = now.api.store.find({ ...pods, name: 'p' });
  if (!isPod(found)) throw new Error('there is no pod');
  return now.api.logs.of(found, 'claude');
}

/** A follow that the server has taken up. */
async function follow(over: Partial<LogAsk> = {}) {
  if (now.api.store.find({ ...pods, name: 'p' }) === undefined) runningPod(now.api, 'p');
  const heard = new Heard();
  const handle = now.cluster.openLog({ ...ask, ...over }, heard);
  await until(() => expect(now.api.requests.filter(isLog)).toHaveLength(1));
  return { heard, handle };
}

test('asks for stamps, for its container, for the rest of a second', async () => {
  await follow({ since: '2026-11-24T10:00:00Z' });
  expect(Object.fromEntries(now.api.requests[0]?.query ?? [])).toEqual({
    container: 'claude',
    timestamps: 'true',
    follow: 'true',
    sinceTime: '2026-11-24T10:00:00Z',
  });
});

test('a silent follow is not open yet: its head comes with the first byte', async () => {
  const { heard } = await follow();
  await roundTrip(now);
  expect(heard.calls).toEqual([]);
  log().push('one');
  await until(() => expect(heard.texts).toEqual(['one']));
  log().push('two', 'three');
  await until(() => expect(heard.texts).toEqual(['one', 'two', 'three']));
  expect(heard.calls).toEqual(['opened', 'received', 'received']);
  log().finish();
  await until(() => expect(heard.end).toEqual({ how: 'clean', partial: undefined, fault: undefined }));
  expect(heard.bytes).toBe('2026-11-24T10:00:00.000000000Z '.length * 3 + 'one\ntwo\nthree\n'.length);
  expect(now.exchanges.find(({ verb }) => verb === 'follow')).toMatchObject({ resource: 'pods/log', status: 200 });
});

test('lines and characters that are cut between chunks are whole', async () => {
  const { heard } = await follow();
  log().chunking = inPiecesOf(1);
  log().push('é€😀', '', ' x');
  await until(() => expect(heard.texts).toEqual(['é€😀', '', ' x']));
});

describe('each way to end', () => {
  test.each([
    ['clean', 'clean', undefined],
    ['reset', 'reset', 'ECONNRESET'],
    ['fin', 'reset', 'UND_ERR_SOCKET'],
  ] as const)('%s, in the middle of a character', async (cut, how, reason) => {
    const { heard } = await follow();
    log().push('one');
    const half = Buffer.from('2026-11-24T10:00:00.5Z half \xe2\x82', 'latin1');
    log().pushRaw(half);
    await until(() => expect(heard.bytes).toBe('2026-11-24T10:00:00.000000000Z one\n'.length + half.length));
    now.api.streams.cut(cut);
    await until(() => expect(heard.end).toBeDefined());
    expect(heard.end?.how).toBe(how);
    expect(heard.end?.partial).toEqual({ stamp: '2026-11-24T10:00:00.5Z', text: 'half \ufffd' });
    expect(heard.end?.fault).toEqual(
      reason === undefined ? undefined : expect.objectContaining({ kind: 'unreachable', call: 'get pods/log', reason }),
    );
    expect(heard.texts).toEqual(['one']);
    expect(heard.calls.at(-1)).toBe('ended');
  });

  test('clean and empty', async () => {
    const { heard } = await follow();
    log().finish();
    await until(() => expect(heard.calls).toEqual(['opened', 'ended']));
    expect(heard.end?.how).toBe('clean');
  });

  test('a read that does not follow', async () => {
    runningPod(now.api, 'p');
    log().push('one', 'two');
    const heard = new Heard();
    now.cluster.openLog({ ...ask, follow: false }, heard);
    await until(() => expect(heard.end?.how).toBe('clean'));
    expect(heard.texts).toEqual(['one', 'two']);
    expect(now.exchanges).toMatchObject([{ verb: 'get', resource: 'pods/log' }]);
  });

  test('refused, with the words of the API', async () => {
    now.api.store.create(pods, pod('p', {}, 'node-1'));
    const { heard } = await follow();
    await until(() => expect(heard.calls).toEqual(['ended']));
    expect(heard.end).toMatchObject({
      how: 'refused',
      fault: {
        kind: 'rejected',
        status: 400,
        message: 'container "claude" in pod "p" is waiting to start: ContainerCreating',
      },
    });
  });

  test.each([
    [
      'is throttled',
      { is: 'answer', status: 429, body: 'slow', retryAfter: 4 },
      { kind: 'throttled', retryAfterMs: 4_000 },
    ],
    [
      'fails',
      { is: 'answer', status: 500, body: 'dial tcp: i/o timeout' },
      { kind: 'server_error', message: 'dial tcp: i/o timeout' },
    ],
    ['is reset before its head', { is: 'reset' }, { kind: 'unreachable' }],
  ] as const)('refused, when it %s', async (_, given, fault) => {
    now.api.faults.add(asks('get', 'pods/log'), given);
    const { heard } = await follow();
    await until(() => expect(heard.end).toMatchObject({ how: 'refused', fault }));
  });
});

describe('close', () => {
  test('is told at once, ends the socket and lets nothing more through', async () => {
    const { heard, handle } = await follow();
    log().push('one');
    await until(() => expect(heard.texts).toEqual(['one']));
    handle.close();
    expect(heard.end).toEqual({ how: 'closed', partial: undefined, fault: undefined });
    handle.close();
    log().push('two');
    await until(() => expect(now.api.streams.list(isLog)).toEqual([]));
    expect(await now.api.connections()).toBe(0);
    await roundTrip(now);
    expect(heard.calls).toEqual(['opened', 'received', 'ended']);
  });

  test('before the head', async () => {
    const { heard, handle } = await follow();
    handle.close();
    await until(() => expect(now.api.streams.list(isLog)).toEqual([]));
    await roundTrip(now);
    expect(heard.calls).toEqual(['ended']);
  });

  test('after the end changes nothing', async () => {
    const { heard, handle } = await follow();
    log().finish();
    await until(() => expect(heard.end?.how).toBe('clean'));
    handle.close();
    expect(heard.calls).toEqual(['opened', 'ended']);
  });

  test('of the whole client ends a follow that is stalled', async () => {
    const { heard } = await follow();
    log().push('one');
    await until(() => expect(heard.texts).toEqual(['one']));
    now.api.streams.cut('stall');
    await now.cluster.close();
    await until(() => expect(heard.end?.how).toBe('reset'));
  });
});

test('reading waits for who listens: what is unread stays with the server', async () => {
  const { heard } = await follow();
  const held = Promise.withResolvers<void>();
  heard.hold = () => held.promise;
  log().push('first');
  await until(() => expect(heard.calls).toEqual(['opened', 'received']));
  const mebibyte = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 32; count++) log().push(mebibyte);
  const [stream] = now.api.streams.list(isLog);
  // More than sockets and buffers of both sides hold can't have left the server while nobody reads.
  await until(() => expect(stream?.unsentBytes).toBeGreaterThan(8 * 1024 * 1024));
  await roundTrip(now);
  expect(heard.lines).toHaveLength(1);
  held.resolve();
  await until(() => expect(heard.lines).toHaveLength(33));
  expect(stream?.unsentBytes).toBe(0);
  expect(heard.texts.slice(1).every((text) => text === mebibyte)).toBe(true);
});
