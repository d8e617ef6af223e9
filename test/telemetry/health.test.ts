import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../src/engine/clock.ts';
import { probe } from '../../src/telemetry/exporter-probe.ts';
import { createExporterWatch } from '../../src/telemetry/exporter-watch.ts';
import { signalEndpoints, urlsOf } from '../../src/telemetry/otlp-endpoints.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { ManualClock } from '../loopback/manual-clock.ts';
import { series } from './exposition.ts';
import { keepLogs } from './log-records.ts';
import { memory } from './span-tree.ts';
import { start } from './stories.ts';

const api = Symbol.for('opentelemetry.js.api.1');

afterEach(() => {
  for (const one of [trace, metrics, context, propagation]) one.disable();
  Reflect.deleteProperty(globalThis, api);
});

async function problems(telemetry: Telemetry): Promise<readonly string[]> {
  const lines = (await series(telemetry)).filter((line) => line.startsWith('claude_k8s_telemetry_problem{'));
  return lines.flatMap((line) => /problem="(\w+)"} 1$/.exec(line)?.[1] ?? []);
}

function registerTracer(): void {
  trace.setGlobalTracerProvider(new tracing.BasicTracerProvider());
}

test('a process without OpenTelemetry has no problem', async () => {
  const telemetry = createTelemetry({ buildVersion: '1' });
  expect([await problems(telemetry), telemetry.health.problems()]).toEqual([[], []]);
});

test('an API that drops our spans is a metric, a sentence and one log event', async () => {
  Reflect.set(globalThis, api, { version: '1.8.0', trace: {} });
  const records = keepLogs();
  const telemetry = createTelemetry({ buildVersion: '1' });
  telemetry.run({ runId: 'r1', at: start });
  telemetry.run({ runId: 'r2', at: start });
  expect(await problems(telemetry)).toEqual(['api_version', 'no_propagator']);
  expect(telemetry.health.problems().join('\n')).toMatch(/^@opentelemetry\/api 1\.8\.0 was registered.*1\.9\.0/m);
  expect(records().map(({ attributes }) => attributes['claude_k8s.reason'])).toEqual(['no_propagator', 'api_version']);
});

test('another version of the API is no problem where the host hands in its own tracer', async () => {
  Reflect.set(globalThis, api, { version: '1.8.0', trace: {}, propagation: {} });
  const telemetry = createTelemetry({ buildVersion: '1' });
  telemetry.run({ runId: 'r1', at: start, tracer: memory().tracer });
  expect(await problems(telemetry)).toEqual([]);
});

test('a tracer without a propagator is a problem until there is one', async () => {
  registerTracer();
  const telemetry = createTelemetry({ buildVersion: '1' });
  expect(await problems(telemetry)).toEqual(['no_propagator']);
  propagation.setGlobalPropagator({ inject() {}, extract: (to) => to, fields: () => [] });
  telemetry.run({ runId: 'r1', at: start });
  expect([await problems(telemetry), telemetry.health.problems()]).toEqual([[], []]);
});

test('the endpoints are those of the environment, each once', () => {
  const of = (env: Record<string, string>) => urlsOf(signalEndpoints(env)).map(({ href }) => href);
  expect(of({})).toEqual([]);
  expect(of({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'no url' })).toEqual([]);
  expect(
    of({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://a:4318',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://a:4318',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'https://b',
    }),
  ).toEqual(['http://a:4318/', 'https://b/']);
});

const nowhere = 'http://127.0.0.1:1';

test.each<[string, Record<string, string>, RegExp | undefined]>([
  [
    'is used by no signal',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: nowhere,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'listens',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    },
    undefined,
  ],
  [
    'is of a signal that goes another way',
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'listens',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: nowhere,
      OTEL_METRICS_EXPORTER: 'prometheus',
    },
    undefined,
  ],
  [
    'is of one signal',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'listens', OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: nowhere },
    /nowhere: 127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED/,
  ],
  [
    'has no scheme',
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'user:secret@collector:4318' },
    /nowhere: OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" is no URL with http:\/\/ or https:\/\/$/,
  ],
  [
    'has no scheme, which gRPC needs none for',
    { OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:1', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    /nowhere: 127\.0\.0\.1:1 cannot be reached/,
  ],
])('a dead endpoint that %s', async (_, env, found) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const listens = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const filled = Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value === 'listens' ? listens : value]),
  );
  const reported: (string | undefined)[] = [];
  registerTracer();
  await createExporterWatch(filled, systemClock, (sentence) => reported.push(sentence))();
  await new Promise((resolve) => server.close(resolve));
  expect(reported).toEqual([found === undefined ? undefined : expect.stringMatching(found)]);
});

test('a collector that refuses connections is found out, and one that listens is not', async () => {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  expect(await probe(url, systemClock)).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
  expect(await probe(url, systemClock)).toMatch(/^127\.0\.0\.1:\d+ cannot be reached: connect ECONNREFUSED/);
});

test('a collector that does not even refuse is given up after 2 s', async () => {
  const clock = new ManualClock(start);
  // Addresses for documentation: no route leads there, or packets vanish.
  const asked = probe(new URL('http://192.0.2.1:4318'), clock);
  clock.advance(2_000);
  expect(await asked).toMatch(/^192\.0\.2\.1:4318 (does not accept connections|cannot be reached: )/);
});

test('the exporter is looked for once a minute, and only where an SDK exports', async () => {
  let connections = 0;
  const server = createServer().on('connection', () => connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
  const clock = new ManualClock(start);
  const reported: (string | undefined)[] = [];
  const look = createExporterWatch(env, clock, (sentence) => reported.push(sentence));
  await look();
  expect(reported).toEqual([]);
  registerTracer();
  await look();
  await look();
  expect(reported).toEqual([undefined]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  clock.advance(60_000);
  await look();
  expect(reported[1]).toMatch(/^telemetry is exported nowhere: 127\.0\.0\.1:\d+ cannot be reached/);
  expect(connections).toBe(1);
});
