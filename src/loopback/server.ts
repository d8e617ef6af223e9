import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../engine/clock.ts';
import { ClusterApi } from './cluster-api.ts';
import { HttpReply } from './http-reply.ts';

/** A Kubernetes API on a port of this machine. */
export class Loopback extends ClusterApi {
  private readonly http: Server;

  constructor(clock: Clock) {
    super(clock);
    this.http = createServer((incoming, response) => {
      const reply = new HttpReply(response);
      const { method = 'GET', url = '/', headers } = incoming;
      bodyOf(incoming).then(
        (body) => this.serve({ method, url, headers, body }, reply),
        // Whoever asked is gone.
        () => reply.cut('reset'),
      );
    });
    // A follow may be silent for as long as its container is.
    Object.assign(this.http, { requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
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
}

export async function startLoopback(clock: Clock): Promise<Loopback> {
  const loopback = new Loopback(clock);
  await loopback.listen();
  return loopback;
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
