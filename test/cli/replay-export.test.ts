import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openBundle } from '../../src/record/read-bundle.ts';
import { bundlesIn } from '../../src/replay/bundles-in.ts';
import { closed, listening, OtlpReceiver } from '../telemetry/otlp-receiver.ts';
import { command } from './command.ts';

const [bundle = ''] = await bundlesIn([join(import.meta.dirname, '../../fixtures/incidents/claude_truncated')]);

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const end of ends.splice(0)) await end();
});

function exportTo(endpoint: string): void {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
}

/** When the recording begins and ends. */
async function recordedTimes(): Promise<[number, number]> {
  const { header, frames } = await openBundle(bundle);
  let last = 0;
  for await (const frame of frames) if ('t' in frame) last = Math.max(last, frame.t);
  return [header.startedAt, header.startedAt + last];
}

test('a replay exports spans and records with their recorded times, under the trace that it prints', async () => {
  const collector = new OtlpReceiver();
  exportTo(await collector.open());
  ends.push(() => collector.close());
  const { code, out, err } = await command(['replay', bundle]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const traceId = /^ +trace ([0-9a-f]{32})$/m.exec(out)?.[1];
  const spans = collector.spans.filter((span) => span.traceId === traceId);
  const root = spans.find(({ name }) => name === 'claude_k8s.run');
  expect(root).toMatchObject({
    service: 'claude-k8s-replay',
    attributes: { 'claude_k8s.verdict': 'claude_truncated' },
  });
  expect(spans.length).toBe(collector.spans.length);
  const [from, to] = await recordedTimes();
  const times = [...spans.map(({ start }) => start), ...collector.logs.map(({ at }) => at)];
  expect(times.length).toBeGreaterThan(20);
  expect(times.filter((at) => at < from || at > to + 60_000)).toEqual([]);
});

test('a collector that never answers changes no replay, and is told once', async () => {
  const server = createServer(() => {});
  exportTo(await listening(server));
  ends.push(() => closed(server));
  const { code, out, err } = await command(['replay', bundle, '--processes', '2']);
  expect(code).toBe(0);
  expect(out).toContain('1 replayed: 1 same, 0 changed, 0 bad, 0 faults');
  expect(err).toMatch(/^warning: telemetry: the collector took longer than 2 s, and the rest is lost$/);
});
