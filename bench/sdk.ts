import { metrics as metricsApi, trace } from '@opentelemetry/api';
import { logs as logsApi } from '@opentelemetry/api-logs';
import { logs, metrics, tracing } from '@opentelemetry/sdk-node';

/** Registers an SDK for all three signals that batches as usual and exports to nowhere. */
export function registerSdk(): void {
  const spans: tracing.SpanExporter = {
    export: (_, done) => done({ code: 0 }),
    shutdown: async () => {},
  };
  const records: logs.LogRecordExporter = {
    export: (_, done) => done({ code: 0 }),
    shutdown: async () => {},
    forceFlush: async () => {},
  };
  const exporter = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.CUMULATIVE);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  trace.setGlobalTracerProvider(
    new tracing.BasicTracerProvider({ spanProcessors: [new tracing.BatchSpanProcessor(spans)] }),
  );
  logsApi.setGlobalLoggerProvider(
    new logs.LoggerProvider({ processors: [new logs.BatchLogRecordProcessor({ exporter: records })] }),
  );
  metricsApi.setGlobalMeterProvider(new metrics.MeterProvider({ readers: [reader] }));
}
