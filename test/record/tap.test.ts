import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster, LogFeed, LogHandle } from '../../src/kubernetes/cluster.ts';
import { createTransport } from '../../src/kubernetes/transport.ts';
import type { WireTap } from '../../src/kubernetes/wire.ts';
import { asks } from '../../src/loopback/faults.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import { isLog } from '../../src/loopback/open-stream.ts';
import { type Loopback, startLoopback } from '../../src/loopback/server.ts';
import { until } from '../engine/world.ts';
import { runningPod } from '../loopback/objects.ts';

interface Heard {
  asked: string;
  status: number | undefined;
  chunks: string[];
  end: string | undefined;
  error: unknown;
}

let api: Loopback;
let cluster: Cluster;
let heard: Heard[];

const listening: WireTap = {
  request(ask) {
    const one: Heard = {
      asked: `${ask.verb} ${ask.resource}`,
      status: undefined,
      chunks: [],
      end: undefined,
      error: undefined,
    };
    heard.push(one);
    return {
      head: (status) => void Object.assign(one, { status }),
      chunk: (bytes) => void one.chunks.push(bytes.toString('latin1')),
      end: (how, error) => void Object.assign(one, { end: one.end === undefined ? how : 'twice', error }),
    };
  },
};

function connect(tap: WireTap): Cluster {
  return createCluster({ config: kubeconfigFor(api.url), clock: systemClock, tap });
}

beforeEach(async () => {
  heard = [];
  api = await startLoopback(systemClock);
  cluster = connect(listening);
});
afterEach(async () => {
  await cluster.close();
  await api.close();
});

function follow(): { handle: LogHandle; ended: Promise<string> } {
  runningPod(api, 'p');
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const handle = cluster.openLog(
    { namespace: 'agents', pod: 'p', container: 'claude', follow: true, since: undefined },
    { opened: () => {}, received: () => {}, ended: (how) => resolve(how) },
  );
  return { handle, ended };
}

describe('the tap hears', () => {
  test('a call from its request to its last byte', async () => {
    expect((await cluster.version()).ok).toBe(true);
    expect(heard).toEqual([
      { asked: 'get version', status: 200, chunks: [JSON.stringify(api.version)], end: 'complete', error: undefined },
    ]);
  });

  test('a call without an answer as failed, with the error', async () => {
    api.faults.add(asks('get', 'version'), { is: 'reset' });
    expect((await cluster.version()).ok).toBe(false);
    expect(heard[0]).toMatchObject({ status: undefined, end: 'failed', error: expect.any(Error) });
  });

  test('a server that is not there as failed', async () => {
    await api.close();
    expect((await cluster.version()).ok).toBe(false);
    expect(heard[0]).toMatchObject({ status: undefined, end: 'failed', error: expect.any(Error) });
    api = await startLoopback(systemClock);
  });

  test.each([
    ['clean', 'complete'],
    ['reset', 'failed'],
    ['fin', 'failed'],
  ] as const)('a stream chunk by chunk, and its %s end as %s', async (cut, told) => {
    const { ended } = follow();
    await until('the follow', () => api.streams.list(isLog).length === 1);
    const [stream] = api.streams.list(isLog);
    const pieces = ['2026-11-24T10:00:00Z {"a":"\xe2', '\x82\xac"}\n2026', '-11-24T10:00:01Z x\n'];
    for (const [index, piece] of pieces.entries()) {
      stream?.write(Buffer.from(piece, 'latin1'));
      await until(`piece ${index}`, () => heard[0]?.chunks.length === index + 1);
    }
    stream?.end(cut);
    await ended;
    await until('the end', () => heard[0]?.end !== undefined);
    expect(heard[0]).toMatchObject({ status: 200, chunks: pieces, end: told });
  });

  test('a call that a signal of ours ends as aborted, whatever the reason', async () => {
    api.faults.add(asks('get', 'version'), { is: 'hang' });
    const transport = createTransport(kubeconfigFor(api.url), systemClock, undefined, listening);
    const abort = new AbortController();
    const sent = transport.send({
      method: 'GET',
      path: '/version',
      verb: 'get',
      resource: 'version',
      signal: abort.signal,
    });
    await until('the request', () => api.requests.length === 1);
    abort.abort(new Error('too long'));
    await expect(sent).rejects.toThrow('too long');
    expect(heard[0]).toMatchObject({ end: 'aborted', error: { message: 'too long' } });
    await transport.close();
  });

  test('a stream that we close as aborted', async () => {
    const { handle } = follow();
    await until('the follow', () => api.streams.list(isLog).length === 1);
    api.streams.list(isLog)[0]?.write('x\n');
    await until('a chunk', () => heard[0]?.chunks.length === 1);
    handle.close();
    await until('the end', () => heard[0]?.end !== undefined);
    expect(heard[0]?.end).toBe('aborted');
  });
});

test('the reader of a log tells of each chunk, as the network cut it, how many line ends it has', async () => {
  runningPod(api, 'p');
  const counts: [number, number][] = [];
  const chunks: Buffer[] = [];
  const other = connect({
    request: () => ({
      head: () => {},
      chunk: (bytes) => void chunks.push(Buffer.from(bytes)),
      counted: (...told) => void counts.push(told),
      end: () => {},
    }),
  });
  const held = Promise.withResolvers<void>();
  let lines = 0;
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const feed: LogFeed = {
    opened: () => {},
    received(_, given) {
      lines += given.length;
      return held.promise;
    },
    ended: (how) => resolve(how),
  };
  other.openLog({ namespace: 'agents', pod: 'p', container: 'claude', follow: true, since: undefined }, feed);
  await until('the follow', () => api.streams.list(isLog).length === 1);
  const [stream] = api.streams.list(isLog);
  const pieces = ['a\nb', 'c', '\n\n', `d\n${'e\n'.repeat(10_000)}`, 'f\n'];
  for (const [index, piece] of pieces.entries()) {
    stream?.write(piece);
    // While the first one is held the others wait side by side.
    await until(`piece ${index}`, () => Buffer.concat(chunks).length === pieces.slice(0, index + 1).join('').length);
  }
  expect(counts).toEqual([]);
  held.resolve();
  stream?.end('clean');
  expect(await ended).toBe('clean');
  expect(chunks.length).toBeGreaterThanOrEqual(pieces.length);
  expect(counts).toEqual(chunks.map((bytes) => [bytes.length, bytes.filter((byte) => byte === 0x0a).length]));
  expect(lines).toBe(pieces.join('').split('\n').length - 1);
  await other.close();
});

test('a tap that throws in every place changes no answer', async () => {
  const broken = () => {
    throw new Error('broken');
  };
  const other = connect({ request: () => ({ head: broken, chunk: broken, end: broken }) });
  const worse = connect({ request: broken });
  expect([(await other.version()).ok, (await worse.version()).ok]).toEqual([true, true]);
  await Promise.all([other.close(), worse.close()]);
});
