import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { series } from './exposition.ts';
import { memory } from './span-tree.ts';
import { start, stories } from './stories.ts';

test('what a traced run moves points at its trace, where the catalogue says so and nowhere else', async () => {
  const telemetry = createTelemetry({ buildVersion: '1' });
  const { tracer } = memory();
  const { listener, traceId } = telemetry.run({ runId: 'r1', at: start, tracer });
  for (const story of Object.values(stories)) for (const transition of story) listener(transition);
  const lines = await series(telemetry);
  const entries = Object.values<MetricEntry>(metrics);
  const pointing = entries.filter(({ name }) =>
    lines.some((line) => line.startsWith(name) && line.includes(` # {trace_id="${traceId}"}`)),
  );
  const elsewhere = [
    'claude_k8s_telemetry_listener_errors_total',
    'claude_k8s_telemetry_dropped_spans_total',
    'claude_k8s_telemetry_dropped_events_total',
    'claude_k8s_telemetry_dropped_log_records_total',
  ];
  expect([...pointing.map(({ name }) => name), ...elsewhere].sort()).toEqual(
    entries
      .filter(({ exemplars }) => exemplars)
      .map(({ name }) => name)
      .sort(),
  );
});

test('the exposition is OpenMetrics, the one format with exemplars, from a registry of its own', async () => {
  const { registry } = createTelemetry({ buildVersion: '1' });
  expect(registry.contentType).toBe(Registry.OPENMETRICS_CONTENT_TYPE);
  expect((await registry.metrics()).endsWith('\n# EOF\n')).toBe(true);
  expect(createTelemetry({ buildVersion: '1' }).registry).not.toBe(registry);
});
