import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { flushMs } from '../../src/telemetry/otlp-export.ts';
import { closed, listening, OtlpReceiver } from '../telemetry/otlp-receiver.ts';
import { command, type Surroundings } from './command.ts';
import { done, init, openPlace, type Place, said } from './place.ts';

let place: Place;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  await place.close();
  for (const end of ends.splice(0)) await end();
});

const works = (pod: PodPlay) => pod.scheduled().running().say(init, said('Hello there.'), done).exited(0);
const talks = (pod: PodPlay) => void pod.scheduled().running().say(init, said('Hello there.'));

async function run(life: (pod: PodPlay) => void, surroundings: Surroundings = {}, prompt = 'hi') {
  place = await openPlace(life);
  const ids = ['--run-id', 'run-1', '--agent', 'scout'];
  return command(['run', '--image', 'a:1', '--kubeconfig', place.kubeconfig, ...ids, prompt], surroundings);
}

function exportTo(endpoint: string): void {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
}

async function receiver(): Promise<OtlpReceiver> {
  const collector = new OtlpReceiver();
  exportTo(await collector.open());
  ends.push(() => collector.close());
  return collector;
}

test('a run exports its spans, log records and metrics, below the trace of whoever called it', async () => {
  const collector = await receiver();
  const above = '4bf92f3577b34da6a3ce929d0e0e4736';
  vi.stubEnv('TRACEPARENT', `00-${above}-00f067aa0ba902b7-01`);
  const { code, err } = await run(works);
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining('telemetry') });
  const root = collector.spans.find(({ name }) => name === 'claude_k8s.run');
  expect(root).toMatchObject({ service: 'claude-k8s', traceId: above, parentSpanId: '00f067aa0ba902b7' });
  expect(collector.spans.map(({ name }) => name)).toContain('claude_k8s.stream.attempt');
  expect(new Set(collector.logs.map(({ traceId }) => traceId))).toEqual(new Set([above]));
  const verdict = collector.logs.find(({ eventName }) => eventName === 'claude_k8s.run_ended');
  expect(verdict?.attributes).toMatchObject({ 'claude_k8s.agent.id': 'scout', 'claude_k8s.verdict': 'success' });
  const counted = Object.values<MetricEntry>(metrics).filter(({ kind }) => kind !== 'histogram');
  expect(counted.filter(({ name }) => !collector.metrics.has(name))).toEqual([]);
});

test('the Job carries the root span of its run, and the agent hangs below it', async () => {
  const collector = await receiver();
  place = await openPlace(works);
  let made = '';
  place.api.store.subscribe(({ type, object }) => {
    if (type === 'ADDED' && object.kind === 'Job') made = JSON.stringify(object);
  });
  await command(['run', '--image', 'a:1', '--kubeconfig', place.kubeconfig, 'hi']);
  const root = collector.spans.find(({ name }) => name === 'claude_k8s.run');
  expect(made).toContain(`00-${root?.traceId}-${root?.spanId}-01`);
});

test('neither the prompt nor a token of the environment leaves with it', async () => {
  const collector = await receiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer t0ken');
  process.argv.push('say the magic word');
  await run(works, {}, 'say the magic word');
  process.argv.pop();
  expect(collector.raw).toContain('claude_k8s.run');
  expect(collector.raw).not.toMatch(/magic word|t0ken|Hello there/);
});

test('only what is asked for is exported', async () => {
  const collector = new OtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${await collector.open()}/v1/traces`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  ends.push(() => collector.close());
  await run(works);
  expect(collector.spans.length).toBeGreaterThan(5);
  expect([collector.logs.length, collector.metrics.size]).toEqual([0, 0]);
  expect(process.env.OTEL_LOGS_EXPORTER).toBeUndefined();
});

test.each<[string, (url: string) => Record<string, string>]>([
  ['an endpoint for metrics alone', (url) => ({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${url}/v1/metrics` })],
  ['traces left out', (url) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'none' })],
])('%s is no trouble', async (_, asked) => {
  const collector = new OtlpReceiver();
  const env = { ...asked(await collector.open()), OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  ends.push(() => collector.close());
  const { err } = await run(works);
  expect(err).not.toContain('telemetry');
  expect(collector.metrics.size).toBeGreaterThan(10);
  expect(collector.spans).toEqual([]);
});

test.each([
  ['SIGINT', 'cancelled', 130],
  ['SIGTERM', 'k8s_run_handed_over', 143],
] as const)('%s exports the end of the run', async (signal, verdict, exits) => {
  const collector = await receiver();
  let sent = false;
  const onPrint = (line: string) => {
    if (sent || !line.includes('Hello there.')) return;
    sent = true;
    process.emit(signal, signal);
  };
  const { code } = await run(talks, { onPrint });
  expect(code).toBe(exits);
  const root = collector.spans.find(({ name }) => name === 'claude_k8s.run');
  expect(root?.attributes['claude_k8s.verdict']).toBe(verdict);
  expect(collector.logs.at(-1)?.attributes['claude_k8s.verdict']).toBe(verdict);
});

async function collectorThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  const url = await listening(server);
  ends.push(() => closed(server));
  return url;
}

const block = Buffer.alloc(64 * 1024, 'x');

describe('a run is the same, and ends within the bound, with a collector that', () => {
  test.each<[string, () => Promise<string>, RegExp]>([
    [
      'is not there',
      async () => 'http://127.0.0.1:1',
      /^warning: telemetry: .*127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED/m,
    ],
    ['never answers', () => collectorThat(() => {}), /^warning: telemetry: the collector took longer than 2 s/m],
    ['answers 400', () => collectorThat((_, to) => to.writeHead(400).end()), /^warning: telemetry: Bad Request/m],
    [
      'answers 503',
      () => collectorThat((_, to) => to.writeHead(503).end()),
      /^warning: telemetry: .*took longer than 2 s, and the rest is lost: 127\.0\.0\.1:\d+ accepts connections$/m,
    ],
    [
      'refuses a part',
      () => collectorThat((_, to) => to.end('{"partialSuccess":{"errorMessage":"no room"}}')),
      /^warning: telemetry: Received Partial Success response: .*no room/m,
    ],
    [
      'floods',
      () =>
        collectorThat((_, to) => {
          to.on('error', () => {});
          const pour = () => {
            while (!to.destroyed && to.write(block));
            if (!to.destroyed) to.once('drain', pour);
          };
          pour();
        }),
      /^warning: telemetry: .*(exceeded size limit|took longer than 2 s)/m,
    ],
  ])('%s', async (_, open, warns) => {
    exportTo(await open());
    const seen: { line: string; at: number }[] = [];
    const onPrint = (line: string) => seen.push({ line, at: performance.now() });
    const { code, out, err } = await run(works, { onPrint });
    const endedAt = performance.now();
    const verdictAt = seen.find(({ line }) => line.startsWith('succeeded:'))?.at ?? 0;
    expect({ code, out }).toEqual({ code: 0, out: 'Hello there.' });
    expect(err).toMatch(warns);
    expect(err.match(/^warning: /gm)?.length).toBe(1);
    // What the machine itself may take on top of the bound.
    expect(endedAt - verdictAt).toBeLessThan(flushMs + 1_500);
  });
});

test('an answer that is no OTLP is told with what the SDK has to say of it', async () => {
  exportTo(await collectorThat((_, to) => to.end('welcome')));
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
  const { err } = await run(works);
  expect(err).toMatch(
    // On a busy machine the export is late besides, and that is told first.
    /^warning: telemetry: (?:the collector took .* is lost: )?OTLPExportDelegate Export succeeded but could not deserialize response.*compliant\? /m,
  );
});

test.each(['no url at all', '127.0.0.1:45001', 'localhost:4318'])(
  'an endpoint that is none (%s) is a warning, and the run goes on',
  async (endpoint) => {
    exportTo(endpoint);
    const { code, out, err } = await run(works);
    expect({ code, out }).toEqual({ code: 0, out: 'Hello there.' });
    const wrong = `OTEL_EXPORTER_OTLP_ENDPOINT: "${endpoint}" is no URL with http:// or https://`;
    expect(err.match(/^warning: .*/gm)).toEqual([`warning: telemetry: ${wrong}`]);
  },
);

test('beside an endpoint that is none the other signals are exported', async () => {
  const collector = await receiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'garbage');
  const { err } = await run(works);
  expect(err).toMatch(/^warning: telemetry: OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "garbage" is no URL/m);
  expect(collector.spans.length).toBeGreaterThan(5);
  expect(collector.logs).toEqual([]);
  expect(process.env.OTEL_LOGS_EXPORTER).toBeUndefined();
});

const source = (path: string) => new URL(`../../src/${path}`, import.meta.url);

/** A process of its own: what it left waiting would hold it up. */
async function processOf(argv: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, argv, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  let toldAt = performance.now();
  child.stderr.on('data', () => {
    toldAt = performance.now();
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = await ended;
  return { code, out, err, afterwardsMs: performance.now() - toldAt };
}

test('the process itself ends, whatever still waits for the collector', async () => {
  exportTo(await collectorThat(() => {}));
  place = await openPlace(works);
  const argv = [source('cli/main.ts').pathname, 'run', '--image', 'a:1', '--kubeconfig', place.kubeconfig, 'hi'];
  const { code, out, err, afterwardsMs } = await processOf(argv, {});
  expect({ code, out }).toEqual({ code: 0, out: 'Hello there.\n' });
  expect(err).toMatch(/took longer than 2 s/);
  // The exporter itself would wait for 10 s: 8 more than what was just told.
  expect(afterwardsMs).toBeLessThan(5_000);
});

test('a crash exports what had ended by then, and is told as ever', async () => {
  const collector = await receiver();
  place = await openPlace(works);
  const script = `
    import { trace } from '@opentelemetry/api';
    import { exporting } from ${JSON.stringify(source('cli/exporting.ts').href)};
    import { terminalPrinter } from ${JSON.stringify(source('cli/print.ts').href)};
    await exporting(terminalPrinter(), async () => {
      trace.getTracer('t').startSpan('ended before the crash').end();
      setImmediate(() => { throw new Error('something broke'); });
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const { code, err } = await processOf(['--input-type=module', '-e', script], {});
  expect(code).toBe(1);
  expect(err).toMatch(/Error: something broke\n +at /);
  expect(collector.spans.map(({ name }) => name)).toEqual(['ended before the crash']);
});
