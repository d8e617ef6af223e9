import { connect } from 'node:net';
import type { Clock } from '../engine/clock.ts';

/** Where the OTLP exporters of this process send to, as its environment says. */
export function otlpEndpoints(env: Readonly<Record<string, string | undefined>>): readonly URL[] {
  const signals = ['TRACES', 'METRICS', 'LOGS'].map((signal) => env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]);
  const named = [env.OTEL_EXPORTER_OTLP_ENDPOINT, ...signals].filter((text) => text?.trim());
  return [...new Set(named)].flatMap((text) => {
    const url = URL.parse(text ?? '');
    return url === null || url.hostname === '' ? [] : [url];
  });
}

/** How long a collector may take to accept a connection. */
const patienceMs = 2_000;

/** A sentence when nobody listens there. Only a connection is opened, and nothing is sent; never rejects. */
export function probe(url: URL, clock: Clock): Promise<string | undefined> {
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
