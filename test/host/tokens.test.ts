import { EventEmitter } from 'node:events';
import { trace } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { asks } from '../../src/loopback/faults.ts';
import { init, openPlace, type Place } from '../cli/place.ts';
import { keepLogs } from '../telemetry/log-records.ts';
import { contextOf } from './ctx.ts';

const tokens = { authToken: 'CanaryAuthTokenOfTheRun0123456789', bearerToken: 'Canary-"quoted"-bearer\\of-the-tools' };
const line = `Error: request failed with token ${tokens.authToken} ${tokens.bearerToken} ${JSON.stringify(tokens.bearerToken)}`;
const spans = new tracing.InMemorySpanExporter();

let place: Place;
let shared: Shared;
beforeEach(async () => {
  place = await openPlace((pod) => void pod.scheduled().running().say(init, line).exited(1, { message: line }));
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(spans)] });
  trace.setGlobalTracerProvider(provider);
});
afterEach(async () => {
  await shared.close();
  await place.close();
  trace.disable();
  spans.reset();
});

/** Everything that anybody is told of one run. */
async function toldOfARun(): Promise<Record<string, string>> {
  const records = keepLogs();
  shared = createShared({ env: { KUBECONFIG: place.kubeconfig }, host: new EventEmitter() });
  const { authToken, bearerToken } = tokens;
  const { ctx, heard } = contextOf({ authToken, runtimeTools: { bearerToken } });
  const result = await execute(ctx, shared);
  const ended = spans
    .getFinishedSpans()
    .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
  return {
    result: JSON.stringify(result),
    log: heard.log,
    events: JSON.stringify([heard.events, heard.progress, heard.meta]),
    spans: JSON.stringify(ended),
    records: JSON.stringify(records().map(({ body, attributes }) => ({ body, attributes }))),
    metrics: await shared.telemetry.registry.metrics(),
  };
}

function expectNoToken(told: Record<string, string>): void {
  for (const [where, text] of Object.entries(told)) {
    expect(text.length, where).toBeGreaterThan(50);
    expect(text, where).not.toMatch(/canary/i);
  }
}

test('an agent that prints its tokens as its last words has them in nothing that is told of its run', async () => {
  const told = await toldOfARun();
  expectNoToken(told);
  expect(told.result).toContain('request failed with token ***');
  expect(told.spans).toContain('request failed with token ***');
});

test('nor are they where the API repeats what it refuses', async () => {
  const message = `Job is invalid: spec: Invalid value: ${JSON.stringify(line)}`;
  const body = { kind: 'Status', reason: 'Invalid', message };
  place.api.faults.add(asks('create', 'jobs'), { is: 'answer', status: 422, body });
  const told = await toldOfARun();
  expectNoToken(told);
  expect(told.result).toContain('Job is invalid');
});
