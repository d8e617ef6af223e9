import type { Clock } from '../engine/clock.ts';
import { apiState } from './api-version.ts';
import { probe } from './exporter-probe.ts';
import { mistakesIn, signalEndpoints, urlsOf } from './otlp-endpoints.ts';

/** A host that runs agents all day asks no more often than this. */
const everyMs = 60_000;

/**
 * Finds out whether anybody listens where the exporters of this process send to. The SDK is the host's own, and says of
 * failed exports only what nobody reads by default. A process without an SDK is not asked for anything.
 */
export function createExporterWatch(
  env: Readonly<Record<string, string | undefined>>,
  clock: Clock,
  report: (sentence: string | undefined) => void,
): () => Promise<void> {
  let askedAt: number | undefined;
  return async () => {
    const { registered } = apiState();
    const exports = registered.some((signal) => signal === 'trace' || signal === 'metrics' || signal === 'logs');
    const endpoints = exports ? signalEndpoints(env) : [];
    if (endpoints.length === 0 || (askedAt !== undefined && clock.now() - askedAt < everyMs)) return;
    askedAt = clock.now();
    const found = await Promise.all(urlsOf(endpoints).map((url) => probe(url, clock)));
    const wrong = [...mistakesIn(endpoints), ...found.filter((sentence) => sentence !== undefined)];
    report(wrong.length === 0 ? undefined : `telemetry is exported nowhere: ${wrong.join('; ')}`);
  };
}
