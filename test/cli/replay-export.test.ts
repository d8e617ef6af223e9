import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
  expect(err).toMatch(
    /^warning: telemetry: the collector took longer than 2 s, and the rest is lost: 127\.0\.0\.1:\d+ accepts connections$/,
  );
});

/** Ctrl-C of a terminal reaches every process of its group, a killed parent none. */
test.each([
  ['SIGINT', 'the group', 130],
  ['SIGTERM', 'the command', 143],
  ['SIGKILL', 'the command', null],
] as const)('%s to %s: what was replayed until then is exported, its metrics too', async (signal, whom, code) => {
  const collector = new OtlpReceiver();
  exportTo(await collector.open());
  ends.push(() => collector.close());
  const main = join(import.meta.dirname, '../../src/cli/main.ts');
  const args = [main, 'replay', '--processes', '1', join(import.meta.dirname, '../../fixtures/incidents')];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  process.kill(whom === 'the group' ? -(child.pid ?? 0) : (child.pid ?? 0), signal);
  child.stdout.resume();
  expect((await once(child, 'close'))[0]).toBe(code);
  await vi.waitFor(() => expect([...collector.metrics.keys()]).toContain('claude_k8s_runs_finished_total'), 5_000);
  expect(collector.spans.map(({ name }) => name)).toContain('claude_k8s.run');
});
