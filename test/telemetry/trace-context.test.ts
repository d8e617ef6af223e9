import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { expect, test } from 'vitest';
import { startRunTrace } from '../../src/telemetry/spans.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { parseTraceparent } from '../../src/telemetry/trace-context.ts';
import { succeeded } from './outcomes.ts';
import { memory } from './span-tree.ts';
import { happy, start, truncated } from './stories.ts';

const above = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

function rootOf(parent: Context | string | undefined) {
  const { tracer, spans } = memory();
  const run = startRunTrace({ tracer, parent, runId: 'r1', at: start });
  for (const transition of happy) run.listener(transition);
  const root = spans().find(({ name }) => name === 'claude_k8s.run');
  return { run, root };
}

test('the traceparent is known before the run starts, and is that of the root span', () => {
  const { run, root } = rootOf(undefined);
  const { traceId, spanId } = root?.spanContext() ?? {};
  expect(run.traceparent).toBe(`00-${traceId}-${spanId}-01`);
  expect(run.traceId).toBe(traceId);
  expect(root?.parentSpanContext).toBeUndefined();
});

test('a run hangs below a traceparent', () => {
  const { run, root } = rootOf(above);
  expect(run.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  expect(root?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
});

test('a run hangs below the context it is given', () => {
  const parsed = parseTraceparent(above);
  if (parsed === undefined) throw new Error('unreadable');
  const { root } = rootOf(trace.setSpanContext(ROOT_CONTEXT, parsed));
  expect(root?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
});

test('a traceparent that cannot be read is as good as none', () => {
  expect(rootOf('nonsense').root?.parentSpanContext).toBeUndefined();
});

test.each([
  ['all zero trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
  ['all zero span', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
  ['forbidden version', above.replace(/^00/, 'ff')],
  ['more than version 00 has', `${above}-more`],
  ['upper case', above.toUpperCase()],
])('%s is no traceparent', (_, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});

test('a later version with more fields is read by its first four', () => {
  expect(parseTraceparent(`${above.replace(/^00/, '01')}-more`)?.spanId).toBe('00f067aa0ba902b7');
});

test('without an SDK a run tells nothing, passes the parent on, and throws nowhere', () => {
  const telemetry = createTelemetry({ buildVersion: '1' });
  const alone = telemetry.run({ runId: 'r1', at: start });
  const below = telemetry.run({ runId: 'r1', at: start, parent: above });
  for (const run of [alone, below]) for (const transition of truncated) run.listener(transition);
  expect([alone.traceparent, alone.traceId]).toEqual([undefined, undefined]);
  expect(below.traceparent).toBe(above);
});

test('an unsampled trace passes its flag on and is no exemplar', () => {
  const provider = new tracing.BasicTracerProvider({ sampler: new tracing.AlwaysOffSampler() });
  const run = startRunTrace({ tracer: provider.getTracer('test'), runId: 'r1', at: start });
  expect(run.traceparent).toMatch(/-00$/);
  expect(run.traceId).toBeUndefined();
});

test('a clock that starts at 0 is taken at its word', () => {
  const { tracer, spans } = memory();
  const { listener } = startRunTrace({ tracer, runId: 'r1', at: 0 });
  listener({ type: 'run_ended', at: 1_500, outcome: succeeded });
  expect(spans().map(({ startTime, endTime }) => [startTime, endTime])).toEqual([
    [
      [0, 0],
      [1, 500_000_000],
    ],
  ]);
});

test('the same transitions give the same times, whenever they are told', () => {
  const { root } = rootOf(undefined);
  expect([root?.startTime, root?.endTime]).toEqual([
    [start / 1000, 0],
    [start / 1000 + 9, 400_000_000],
  ]);
});
