import { logs as api } from '@opentelemetry/api-logs';
import { logs } from '@opentelemetry/sdk-node';
import { afterEach } from 'vitest';
import type { Transition } from '../../src/run/transition.ts';
import { createTelemetry, type Telemetry } from '../../src/telemetry/telemetry.ts';
import { memory } from './span-tree.ts';
import { start } from './stories.ts';

export type LogRecord = ReturnType<logs.InMemoryLogRecordExporter['getFinishedLogRecords']>[number];

afterEach(() => api.disable());

/** Registers an SDK for logs that keeps its records, until the end of the test. */
export function keepLogs(): () => readonly LogRecord[] {
  const exporter = new logs.InMemoryLogRecordExporter();
  const processors = [new logs.SimpleLogRecordProcessor({ exporter })];
  api.setGlobalLoggerProvider(new logs.LoggerProvider({ processors }));
  return () => exporter.getFinishedLogRecords();
}

/** The records of a story, and the telemetry that made them. */
export function recordsOf(story: readonly Transition[]): { records: readonly LogRecord[]; telemetry: Telemetry } {
  const records = keepLogs();
  const telemetry = createTelemetry({ buildVersion: '1' });
  const { listener } = telemetry.run({ runId: 'r1', at: start, tracer: memory().tracer });
  for (const transition of story) listener(transition);
  api.disable();
  return { records: records(), telemetry };
}
