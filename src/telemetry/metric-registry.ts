import { type OpenMetricsContentType, Registry } from 'prom-client';

export type MetricRegistry = Registry<OpenMetricsContentType>;

/** A registry of our own, never the global one; OpenMetrics is the only format that carries exemplars. */
export function openMetricsRegistry(): MetricRegistry {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}
