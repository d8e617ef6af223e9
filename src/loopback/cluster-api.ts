import type { Clock } from '../engine/clock.ts';
import { Access } from './access.ts';
import { podAt } from './address.ts';
import { answerFrom, type OneShot } from './answers.ts';
import { type ApiRequest, type Asked, readRequest, resourceOf } from './api-request.ts';
import { ContainerLogs, isTerminated, loggedContainer, logOptions } from './container-logs.ts';
import { type Fault, Faults } from './faults.ts';
import { isPod } from './object.ts';
import { OpenStreams } from './open-stream.ts';
import type { Reply } from './reply.ts';
import { resources } from './resources.ts';
import { badRequest, failure, methodNotAllowed, notFound, Refusal } from './status.ts';
import { Store } from './store.ts';
import { serveWatch, watchMatcher } from './watches.ts';

/** So many of the latest requests are kept for whoever asks. */
const requestsKept = 10_000;

/** A Kubernetes API that serves one cluster out of memory and fails on demand, whatever the way to it. */
export class ClusterApi {
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

  constructor(clock: Clock) {
    this.clock = clock;
    this.store = new Store(() => this.now());
    this.logs = new ContainerLogs(this.store, () => this.now());
  }

  /** ms since the epoch by the server's clock. */
  now(): number {
    return this.clock.now() + this.skewMs;
  }

  serve(asked: Asked, reply: Reply): void {
    let fault: Fault | undefined;
    try {
      reply.header('Date', new Date(this.now()).toUTCString());
      const request = readRequest(asked);
      this.requests.push(request);
      if (this.requests.length > requestsKept) this.requests.shift();
      fault = this.faults.take(request);
      if (fault !== undefined && fault.is !== 'lost') return fail(reply, fault);
      const answer = this.answer(request, reply, fault?.is === 'lost');
      if (answer !== undefined) send(reply, answer, fault);
    } catch (error) {
      send(reply, refusal(error, reply), fault);
    }
  }

  /** @returns undefined for a stream, which goes its own way */
  private answer(request: ApiRequest, reply: Reply, lost: boolean): OneShot | undefined {
    if (request.resource === 'version') return { status: 200, body: this.version };
    if (request.resource === 'selfsubjectaccessreviews') {
      return { status: 201, body: this.access.review(request.body) };
    }
    this.access.require(request);
    if (request.subresource === 'log') return this.log(request, reply, lost);
    if (request.verb !== 'watch') return answerFrom(this.store, request);
    const matches = watchMatcher(request);
    if (lost) return { status: 200, body: undefined };
    reply.header('Content-Type', 'application/json');
    serveWatch(this.streams.start(reply, request), this.store, this.clock, matches);
    return undefined;
  }

  private log(request: ApiRequest, reply: Reply, lost: boolean): OneShot | undefined {
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
    reply.header('Content-Type', 'text/plain');
    log.serve(this.streams.start(reply, request), options);
    return undefined;
  }
}

function fail(reply: Reply, fault: Exclude<Fault, { is: 'lost' }>): void {
  switch (fault.is) {
    case 'hang':
      return;
    case 'reset':
      reply.cut('reset');
      return;
    case 'answer':
      if (fault.retryAfter !== undefined) reply.header('Retry-After', String(fault.retryAfter));
      send(reply, { status: fault.status, body: fault.body ?? '' }, undefined);
  }
}

function send(reply: Reply, { status, body }: OneShot, fault: Fault | undefined): void {
  if (fault?.is === 'lost') {
    reply.cut('reset');
    return;
  }
  const text = typeof body === 'string';
  reply.status(status);
  if (body !== undefined) reply.header('Content-Type', text ? 'text/plain; charset=utf-8' : 'application/json');
  reply.finish(body === undefined ? undefined : text ? body : JSON.stringify(body));
}

function refusal(error: unknown, reply: Reply): OneShot {
  if (!(error instanceof Refusal)) return { status: 500, body: failure(500, 'InternalError', String(error)) };
  if (error.retryAfterSeconds !== undefined) reply.header('Retry-After', String(error.retryAfterSeconds));
  return { status: error.code, body: error.body };
}
