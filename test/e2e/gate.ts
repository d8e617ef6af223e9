import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadKubeConfig } from '../../src/kubernetes/kubeconfig.ts';
import { surroundings } from './tools.ts';

export interface Call {
  method: string;
  url: string;
  body: string;
}

export type Relay = (answer: IncomingMessage, client: ServerResponse) => void;

/** An HTTP proxy before the API server that sees each call, and can hold one back or never answer it. */
export interface Gate {
  kubeconfig: string;
  calls: Call[];
  /** Calls that match wait for the promise before they go on to the API server. */
  hold(matches: (call: Call) => boolean, until: Promise<unknown>): void;
  /** The body of an answer that matches goes to the client by `pass`, bytes in clear. */
  relay(matches: (call: Call) => boolean, pass: Relay): void;
  close(): Promise<void>;
}

export async function startGate(): Promise<Gate> {
  const loaded = loadKubeConfig(surroundings().kubeconfig, process.env);
  if (!loaded.ok) throw new Error(loaded.error);
  const target = new URL(loaded.config.getCurrentCluster()?.server ?? '');
  const calls: Call[] = [];
  const relays: { matches: (call: Call) => boolean; pass: Relay }[] = [];
  const holds: { matches: (call: Call) => boolean; until: Promise<unknown> }[] = [];

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const call = { method: incoming.method ?? '', url: incoming.url ?? '', body: body.toString('utf8') };
    calls.push(call);
    for (const { matches, until } of holds) if (matches(call)) await until;
    if (outgoing.destroyed) return;
    const options: RequestOptions = {};
    if (loaded.ok) await loaded.config.applyToHTTPSOptions(options);
    const { host: _, connection: __, ...headers } = incoming.headers;
    const upstream = request(
      {
        ...options,
        hostname: target.hostname,
        port: target.port,
        method: call.method,
        path: call.url,
        headers: { ...headers, ...options.headers },
      },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        outgoing.flushHeaders();
        const pass = relays.find(({ matches }) => matches(call))?.pass;
        if (pass === undefined) response.pipe(outgoing);
        else pass(response, outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    outgoing.on('close', () => upstream.destroy());
    upstream.end(body);
  }

  const server = createServer((incoming, outgoing) => void forward(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(tmpdir(), `e2e-gate-${process.pid}-${port}.kubeconfig`);
  const cluster = { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true };
  await writeFile(
    kubeconfig,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'gate', cluster }],
      users: [{ name: 'gate', user: {} }],
      contexts: [{ name: 'gate', context: { cluster: 'gate', user: 'gate' } }],
      'current-context': 'gate',
    }),
    { mode: 0o600 },
  );
  return {
    kubeconfig,
    calls,
    hold: (matches, until) => void holds.push({ matches, until: until.catch(() => undefined) }),
    relay: (matches, pass) => void relays.push({ matches, pass }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
