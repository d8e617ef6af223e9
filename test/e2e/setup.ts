import { afterAll, beforeAll, expect } from 'vitest';
import { until } from './tools.ts';

/** What holds of each file as a whole: no rejection that nobody handled, no socket and no timer more than before it. */
const rejections: unknown[] = [];
const note = (reason: unknown) => void rejections.push(reason);
const kept = ['TCPSocketWrap', 'TLSWrap', 'Timeout'];
let before = new Map<string, number>();

function count(): Map<string, number> {
  const counts = new Map(kept.map((kind) => [kind, 0]));
  for (const kind of process.getActiveResourcesInfo()) {
    const known = counts.get(kind);
    if (known !== undefined) counts.set(kind, known + 1);
  }
  return counts;
}

beforeAll(() => {
  process.on('unhandledRejection', note);
  before = count();
});

afterAll(async () => {
  process.off('unhandledRejection', note);
  expect(rejections).toEqual([]);
  const more = () => [...count()].filter(([kind, is]) => is > (before.get(kind) ?? 0));
  await until('no socket and no timer more than before', () => more().length === 0, 30).catch(() => undefined);
  expect(more()).toEqual([]);
}, 60_000);
