import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../engine/clock.ts';
import { Access } from './access.ts';
import { podAt } from './address.ts';
import { answerFrom, type OneShot } from './answers.ts';
import { type ApiRequest, readRequest, resourceOf } from './api-request.ts';
import { ContainerLogs, isTerminated, loggedContainer, logOptions } from './container-logs.ts';
import { type Fault, Faults } from './faults.ts';
import { isPod } from './object.ts';
import { OpenStreams } from './open-stream.ts';
import { resources } from './resources.ts';
import { badRequest, failure, methodNotAllowed, notFound, Refusal } from './status.ts';
import { Store } from './store.ts';
import { serveWatch, watchMatcher } from './watches.ts';

/** So many of the latest requests are kept for whoever asks. */
const requestsKept = 10_000;

/** A Kubernetes API on a port of this machine that serves one cluster out of memory and fails on demand. */
export class Loopback {
  readonly store: Store;
  readonly logs: ContainerLogs;
  readonly faults = new Faults();
  readonly access = new Access();
  readonly streams = new OpenStreams();
  /** The latest requests, oldest first; a refused one too. */
  readonly requests: ApiRequest[] = [];
  version = { major: '1', minor: '34', gitVersion: 'v1.34.1' };
  /** How far the server's clock is ahead of ours. */
  skewMs = 0;
  private readonly clock: Clock;
  private readonly http: Server;

  constructor(clock: Clock) {
    this.clock = clock;
    this.store = new Store(() => this.now());
    this.logs = new ContainerLogs(this.store, () => this.now());
    this.http = createServer((incoming, response) => void this.serve(incoming, response));
    // A follow may be silent for as long as its container is.
    Object.assign(this.http, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
  }

  /** ms since the epoch by the server's clock. */
  now(): number {
    return this.clock.now() + this.skewMs;
  }

  get url(): string {
    const { port } = this.http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.http.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
  }

  /** Ends every stream, every request and the server. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.http.close(() => resolve());
      this.http.closeAllConnections();
    });
  }

  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.http.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    let fault: Fault | undefined;
    try {
      response.setHeader('Date', new Date(this.now()).toUTCString());
      const request = await readRequest(incoming);
      this.requests.push(request);
      if (this.requests.length > requestsKept) this.requests.shift();
      fault = this.faults.take(request);
      if (fault !== undefined && fault.is !== 'lost') return fail(response, fault);
      const answer = this.answer(request, response, fault?.is === 'lost');
      if (answer !== undefined) send(response, answer, fault);
    } catch (error) {
      send(response, refusal(error, response), fault);
    }
  }

  /** @returns undefined for a stream, which goes its own way */
  private answer(request: ApiRequest, response: ServerResponse, lost: boolean): OneShot | undefined {
    if (request.resource === 'version') return { status: 200, body: this.version };
    if (request.resource === 'selfsubjectaccessreviews') {
      return { status: 201, body: this.access.review(request.body) };
    }
    this.access.require(request);
    if (request.subresource === 'log') return this.log(request, response, lost);
    if (request.verb !== 'watch') return answerFrom(this.store, request);
    const matches = watchMatcher(request);
    if (lost) return { status: 200, body: undefined };
    response.setHeader('Content-Type', 'application/json');
    serveWatch(this.streams.start(response, request), this.store, this.clock, matches);
    return undefined;
  }

  private log(request: ApiRequest, response: ServerResponse, lost: boolean): OneShot | undefined {
    const { namespace, name = '', query } = request;
    if (request.method !== 'GET') throw methodNotAllowed();
    if (resourceOf(request) !== 'pods' || namespace === undefined) throw badRequest('only a pod has a log');
    const pod = this.store.find(podAt(namespace, name));
    if (!isPod(pod)) throw notFound(resources.pods, name);
    const options = logOptions(request);
    const container = loggedContainer(pod, query.get('container') ?? undefined);
    if (container === undefined || lost) return { status: 204, body: undefined };
    const log = this.logs.of(pod, container);
    if (isTerminated(pod, container)) log.finish();
    response.setHeader('Content-Type', 'text/plain');
    log.serve(this.streams.start(response, request), options);
    return undefined;
  }
}

export async function startLoopback(clock: Clock): Promise<Loopback> {
  const loopback = new Loopback(clock);
  await loopback.listen();
  return loopback;
}

function fail(response: ServerResponse, fault: Exclude<Fault, { is: 'lost' }>): void {
  switch (fault.is) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'answer':
      if (fault.retryAfter !== undefined) response.setHeader('Retry-After', fault.retryAfter);
      send(response, { status: fault.status, body: fault.body ?? '' }, undefined);
  }
}

function send(response: ServerResponse, { status, body }: OneShot, fault: Fault | undefined): void {
  if (fault?.is === 'lost') {
    response.socket?.resetAndDestroy();
    return;
  }
  const text = typeof body === 'string';
  response.statusCode = status;
  if (body !== undefined) response.setHeader('Content-Type', text ? 'text/plain; charset=utf-8' : 'application/json');
  response.end(body === undefined ? undefined : text ? body : JSON.stringify(body));
}

function refusal(error: unknown, response: ServerResponse): OneShot {
  if (!(error instanceof Refusal)) return { status: 500, body: failure(500, 'InternalError', String(error)) };
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', error.retryAfterSeconds);
  return { status: error.code, body: error.body };
}
