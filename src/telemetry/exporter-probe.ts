import { connect } from 'node:net';
import type { Clock } from '../engine/clock.ts';

/** How long a collector may take to accept a connection. */
const usualPatienceMs = 2_000;

/** A sentence when nobody listens there. Only a connection is opened, and nothing is sent; never rejects. */
export function probe(url: URL, clock: Clock, patienceMs = usualPatienceMs): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host: url.hostname.replace(/^\[|\]$/g, ''), port: portOf(url) });
  socket.unref();
  const where = `${url.hostname}:${portOf(url)}`;
  const cancel = clock.at(clock.now() + patienceMs, () => resolve(`${where} does not accept connections`));
  socket.once('connect', () => resolve(undefined));
  socket.once('error', (error) => resolve(`${where} cannot be reached: ${error.message}`));
  return promise.finally(() => {
    cancel();
    socket.destroy();
  });
}

function portOf({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
