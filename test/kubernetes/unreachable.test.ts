import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { faultOfThrow } from '../../src/kubernetes/fault.ts';
import { kubeconfigFor } from '../../src/loopback/kubeconfig.ts';
import { ManualClock } from '../loopback/manual-clock.ts';
import { faultOf, tokenConfig } from './nock-api.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function clusterAt(url: string): Cluster {
  const config = url.startsWith('http:') ? kubeconfigFor(url) : tokenConfig(url);
  const cluster = createCluster({ config, clock: new ManualClock() });
  open.push(cluster);
  return cluster;
}

/** Not an API: what it does to each connection is all that it does. */
async function serverThat(does: Parameters<typeof createServer>[1]): Promise<number> {
  const server: Server = createServer({}, does);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('no answer at all', () => {
  test('refused', async () => {
    const port = await serverThat(() => undefined);
    await open.pop()?.close();
    const fault = await faultOf(clusterAt(`http://127.0.0.1:${port}`).version());
    expect(fault).toMatchObject({
      kind: 'unreachable',
      call: 'get version',
      status: undefined,
      reason: 'ECONNREFUSED',
    });
    expect(fault.message).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
  });

  test('reset, or closed before the head', async () => {
    const reset = await serverThat((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await faultOf(clusterAt(`http://127.0.0.1:${reset}`).version())).toMatchObject({
      kind: 'unreachable',
      reason: 'ECONNRESET',
    });
    const closed = await serverThat((socket) => socket.once('data', () => socket.end()));
    expect(await faultOf(clusterAt(`http://127.0.0.1:${closed}`).version())).toMatchObject({
      kind: 'unreachable',
      reason: 'UND_ERR_SOCKET',
    });
  });

  test('cut in the middle of the body', async () => {
    const port = await serverThat((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"major":')),
    );
    expect(await faultOf(clusterAt(`http://127.0.0.1:${port}`).version())).toMatchObject({ kind: 'unreachable' });
  });

  test('a server that speaks no TLS', async () => {
    const port = await serverThat((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const fault = await faultOf(clusterAt(`https://127.0.0.1:${port}`).version());
    expect(fault).toMatchObject({ kind: 'unreachable', reason: 'EPROTO' });
    expect(fault.message).toMatch(/ssl|tls/i);
  });

  test('a credential that can not be read', async () => {
    const config = tokenConfig('https://127.0.0.1:1');
    config.loadFromOptions({
      clusters: [{ name: 'c', server: 'https://127.0.0.1:1', caFile: '/none/ca.crt' }],
      users: [{ name: 'u' }],
      contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
      currentContext: 'x',
    });
    const cluster = createCluster({ config, clock: new ManualClock() });
    const fault = await faultOf(cluster.version());
    expect(fault).toMatchObject({ kind: 'unreachable', reason: 'ENOENT' });
    expect(fault.message).toContain('/none/ca.crt');
  });
});

describe('the words of a failure', () => {
  const code = (message: string, code: string) => Object.assign(new Error(message), { code });

  test.each([
    ['DNS', code('getaddrinfo ENOTFOUND api.test', 'ENOTFOUND'), 'ENOTFOUND', 'getaddrinfo ENOTFOUND api.test'],
    [
      'a certificate',
      code('certificate has expired', 'CERT_HAS_EXPIRED'),
      'CERT_HAS_EXPIRED',
      'certificate has expired',
    ],
    ['its cause', new TypeError('fetch failed', { cause: new Error('inner') }), undefined, 'inner'],
    [
      'all addresses of a host',
      new AggregateError([new Error('connect ECONNREFUSED ::1:6443')], ''),
      undefined,
      'connect ECONNREFUSED ::1:6443',
    ],
    ['a time limit', new DOMException('x', 'TimeoutError'), undefined, 'no answer within the time limit'],
    ['no error', 'odd', undefined, 'odd'],
  ])('%s', (_, error, reason, message) => {
    expect(faultOfThrow('get jobs', error)).toMatchObject({ kind: 'unreachable', reason, message });
  });
});

test('a silent server is given up after the time limit', async () => {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  const port = await serverThat((socket) =>
    socket.on('error', () => undefined).once('data', () => limit.abort(new DOMException('x', 'TimeoutError'))),
  );
  const fault = await faultOf(clusterAt(`http://127.0.0.1:${port}`).version());
  expect(timeout).toHaveBeenCalledExactlyOnceWith(30_000);
  expect(fault.message).toBe('no answer within the time limit');
  timeout.mockRestore();
});
