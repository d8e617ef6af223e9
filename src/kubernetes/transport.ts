import type { RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import type { Clock } from '../engine/clock.ts';
import type { ApiExchange, ApiListener } from './exchange.ts';
import { listenOn, type Wiretapped } from './listen.ts';
import { clockLimit, socketLimit, type TimeLimit } from './time-limit.ts';
import { warningsIn } from './warnings.ts';
import type { WireTap } from './wire.ts';

export interface Ask {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  path: string;
  body?: unknown;
  contentType?: string;
  verb: ApiExchange['verb'];
  resource: string;
  signal?: AbortSignal;
  /** Of a reflector that all runs share: it belongs to none of them. */
  shared?: true;
}

export interface Response {
  status: number;
  retryAfter: string | undefined;
  /** ms since the epoch by the server's Date header. */
  serverTime: number | undefined;
  warnings: readonly string[];
  body: Dispatcher.ResponseData['body'];
  /** Who reads a log says what the next chunk was, and how many line ends it had: a recorder need not look for them again. */
  counted(bytes: number, lineEnds: number): void;
}

/** The one seam through which every request to the API goes. Throws what undici throws when there is no answer. */
export interface Transport {
  readonly server: string;
  send(ask: Ask): Promise<Response>;
  limit(ms: number): TimeLimit;
  close(): Promise<void>;
}

/**
 * Authentication is KubeConfig's (client certificates, tokens that change, exec plugins); the connection is ours, one
 * pool for all runs: client-node makes a new one for each request. No time limit of the pool's own: a silent follow has
 * neither head nor body for a long time, and who asks brings a signal. A `dispatcher` stands for the network: a replay's.
 */
export function createTransport(
  config: KubeConfig,
  clock: Clock,
  listener: ApiListener | undefined,
  tap?: WireTap,
  dispatcher?: Dispatcher,
): Transport {
  const cluster = config.getCurrentCluster();
  const server = cluster?.server.replace(/\/+$/, '') ?? '';
  const pools = new Map<string, Dispatcher>();

  async function send(ask: Ask): Promise<Response> {
    const startedAt = clock.now();
    let status: number | undefined;
    const heard = tap === undefined ? undefined : listenOn(tap, ask, () => clock.now());
    try {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      const response = await request(`${server}${ask.path}`, {
        method: ask.method,
        headers: headersOf(options, ask),
        body: ask.body === undefined ? null : JSON.stringify(ask.body),
        dispatcher: through(dispatcher ?? poolOf(options), heard),
        signal: ask.signal ?? null,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      status = response.statusCode;
      const { date, 'retry-after': retryAfter, warning } = response.headers;
      const serverTime = typeof date === 'string' ? Date.parse(date) : Number.NaN;
      return {
        status,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        serverTime: Number.isNaN(serverTime) ? undefined : serverTime,
        warnings: warningsIn(warning),
        body: response.body,
        counted: heard?.counted ?? (() => {}),
      };
    } catch (error) {
      heard?.failed(error);
      throw error;
    } finally {
      tell({ verb: ask.verb, resource: ask.resource, status, startedAt, endedAt: clock.now() });
    }
  }

  function tell(exchange: ApiExchange): void {
    try {
      listener?.exchange(exchange);
    } catch {
      // A listener never touches a run.
    }
  }

  /** A pool for each set of credentials: certificates may be renewed. */
  function poolOf({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }: RequestOptions): Dispatcher {
    const tls = { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername };
    const known = Object.entries(tls).filter(([, value]) => value !== undefined);
    const id = known.map(([name, value]) => `${name}=${String(value)}`).join('\n');
    const existing = pools.get(id);
    if (existing !== undefined) return existing;
    const pool = createPool(Object.fromEntries(known), cluster?.proxyUrl);
    pools.set(id, pool);
    return pool;
  }

  return {
    server,
    send,
    limit: dispatcher === undefined ? socketLimit : clockLimit(clock),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

function through(pool: Dispatcher, heard: Wiretapped | undefined): Dispatcher {
  return heard === undefined ? pool : pool.compose(heard.interceptor);
}

function createPool(tls: Record<string, unknown>, proxyUrl: string | undefined): Dispatcher {
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
  if (proxyUrl === undefined) return new Agent({ connect });
  if (!/^https?:/.test(proxyUrl)) throw new Error(`the kubeconfig's proxy-url ${proxyUrl} is not http or https`);
  return new ProxyAgent({ uri: proxyUrl, requestTls: tls });
}

function headersOf(options: RequestOptions, ask: Ask): Record<string, string> {
  const given = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]);
  return {
    accept: 'application/json',
    'user-agent': 'paperclip-adapter-claude-k8s',
    ...(ask.body === undefined ? {} : { 'content-type': ask.contentType ?? 'application/json' }),
    ...(options.auth ? { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` } : {}),
    ...Object.fromEntries(given),
  };
}
