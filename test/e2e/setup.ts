import { afterAll, expect } from 'vitest';
import { until } from './tools.ts';

/**
 * What holds of each file as a whole: its process is left with no socket and no timer. Vitest itself has none of either
 * that lasts. A rejection that nobody handles fails the file by Vitest's own listener: another one would take its place.
 */
function left(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => ['TCPSocketWrap', 'TLSWrap', 'Timeout'].includes(kind));
}

afterAll(async () => {
  await until('no socket and no timer', () => left().length === 0, 30).catch(() => undefined);
  expect(left()).toEqual([]);
}, 60_000);
