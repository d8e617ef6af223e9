import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { surroundings } from './tools.ts';

/** A TCP proxy before the API server. TLS goes through it untouched, so what it does is what a network does. */
export interface Proxy {
  /** A kubeconfig that leads through it. */
  kubeconfig: string;
  /** Connections open now. */
  open(): number;
  connections(): number;
  /** From now on every connection is swallowed: no byte either way, no FIN, no RST. New ones work. */
  swallow(): void;
  /** Cuts every open connection: `fin` half-closes as a clean end of TCP, `rst` resets. */
  cut(how: 'fin' | 'rst'): void;
  /** Holds what clients send until the promise settles. */
  hold(until: Promise<unknown>): void;
  close(): Promise<void>;
}

export async function startProxy(): Promise<Proxy> {
  const { kubeconfig } = surroundings();
  const config = parse(await readFile(kubeconfig, 'utf8'));
  const target = new URL(config.clusters[0].cluster.server);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let count = 0;
  let held: Promise<unknown> = Promise.resolve();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 443), target.hostname);
    const pair = { client, server: upstream };
    pairs.add(pair);
    count++;
    client.on('data', (chunk) => {
      client.pause();
      void held.then(() => {
        if (!upstream.destroyed) upstream.write(chunk);
        client.resume();
      });
    });
    upstream.on('data', (chunk) => client.write(chunk));
    const end = () => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  config.clusters[0].cluster.server = `https://127.0.0.1:${port}`;
  const file = join(tmpdir(), `e2e-proxy-${process.pid}-${port}.kubeconfig`);
  await writeFile(file, stringify(config), { mode: 0o600 });
  return {
    kubeconfig: file,
    open: () => pairs.size,
    connections: () => count,
    swallow() {
      for (const { client, server: upstream } of pairs) {
        client.removeAllListeners('data');
        upstream.removeAllListeners('data');
        client.pause();
        upstream.pause();
      }
    },
    cut(how) {
      for (const { client } of [...pairs]) how === 'fin' ? client.end() : client.resetAndDestroy();
    },
    hold(until) {
      held = until.catch(() => undefined);
    },
    async close() {
      for (const { client, server: upstream } of [...pairs]) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
