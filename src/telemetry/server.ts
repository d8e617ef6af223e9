import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { MetricRegistry } from './metric-registry.ts';
import { type ServerSettings, serverSettings, type Tls } from './server-settings.ts';

export type MetricsServer =
  | { serving: true; url: string; warning: string | undefined }
  /** `error` is undefined when no port was asked for. */
  | { serving: false; error: string | undefined };

/** A hot reload keeps the old module alive, and with it the socket: the next one takes it over from here. */
const slot = Symbol.for('paperclip-adapter-claude-k8s.metrics-server/1');

interface Shared {
  server: Server;
  host: string;
  port: number;
  secure: boolean;
  /** What the newest module answers with. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
}

/**
 * Serves `/metrics` where `CLAUDE_K8S_METRICS_PORT` says so, on loopback unless `CLAUDE_K8S_METRICS_HOST` says else, for
 * the bearer of `CLAUDE_K8S_METRICS_TOKEN` if there is one, and by TLS if there is a certificate. Never keeps the process
 * alive and never rejects.
 */
export async function serveMetrics(
  registry: MetricRegistry,
  env: Readonly<Record<string, string | undefined>>,
): Promise<MetricsServer> {
  const settings = serverSettings(env);
  if (settings === undefined) return { serving: false, error: undefined };
  if (typeof settings === 'string') return { serving: false, error: settings };
  const answer = answering(registry, settings.token);
  const shared = takeOver(settings, answer) ?? (await listen(settings, answer));
  if (typeof shared === 'string') return { serving: false, error: shared };
  return { serving: true, url: urlOf(shared), warning: openToAll(settings.host, settings.token) };
}

/** Ends the server, for tests and for a process that wants to go on without it. */
export async function stopMetrics(): Promise<void> {
  const shared = current();
  if (shared === undefined) return;
  Reflect.deleteProperty(globalThis, slot);
  shared.server.closeAllConnections();
  await new Promise((resolve) => shared.server.close(resolve));
}

/** With another port, host or certificate the old socket is of no use. */
function takeOver({ host, port, tls }: ServerSettings, answer: Shared['answer']): Shared | undefined {
  const shared = current();
  if (shared === undefined || shared.host !== host || shared.port !== port) return undefined;
  if (shared.secure || tls !== undefined) return undefined;
  shared.answer = answer;
  return shared;
}

async function listen({ host, port, tls }: ServerSettings, answer: Shared['answer']): Promise<Shared | string> {
  await stopMetrics();
  const server = open(tls);
  if (typeof server === 'string') return server;
  const shared: Shared = { server, host, port, secure: tls !== undefined, answer };
  server.maxConnections = 64;
  server.on('request', (request, response) => shared.answer(request, response));
  server.on('connection', (socket) => socket.unref());
  const failure = await new Promise<Error | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen(port, host, () => resolve(undefined));
  });
  if (failure !== undefined) return `metrics cannot be served on ${host}:${port}: ${failure.message}`;
  server.on('error', () => {});
  server.unref();
  Reflect.set(globalThis, slot, shared);
  return shared;
}

function open(tls: Tls | undefined): Server | string {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000 };
  if (tls === undefined) return createServer(limits);
  try {
    return createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' });
  } catch (error) {
    return `metrics cannot be served by TLS: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function current(): Shared | undefined {
  const value: unknown = Reflect.get(globalThis, slot);
  return isShared(value) ? value : undefined;
}

function isShared(value: unknown): value is Shared {
  return typeof value === 'object' && value !== null && 'server' in value && 'answer' in value;
}

function answering(registry: MetricRegistry, token: string | undefined): Shared['answer'] {
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/metrics') return end(response, 404, 'not found: /metrics is all there is\n');
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return end(response, 405, 'GET or HEAD\n', { allow: 'GET, HEAD' });
    if (token !== undefined && !bears(request, token)) {
      return end(response, 401, 'a bearer token is needed\n', { 'www-authenticate': 'Bearer' });
    }
    registry.metrics().then(
      (text) => end(response, 200, text, { 'content-type': registry.contentType }),
      () => end(response, 500, 'the metrics could not be written\n'),
    );
  };
}

/** Hashes have one length, and their comparison takes one time whatever the request says. */
function bears(request: IncomingMessage, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(hash(given), hash(token));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function end(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(body);
}

function urlOf({ server, secure }: Shared): string {
  const address = server.address();
  if (address === null || typeof address === 'string') return '';
  const { address: host, port, family }: AddressInfo = address;
  return `${secure ? 'https' : 'http'}://${family === 'IPv6' ? `[${host}]` : host}:${port}/metrics`;
}

function openToAll(host: string, token: string | undefined): string | undefined {
  if (token !== undefined || host === 'localhost' || host === '::1' || /^127\./.test(host)) return undefined;
  return `metrics on ${host} can be read by anyone who reaches the port: set CLAUDE_K8S_METRICS_TOKEN`;
}
