/** The one catalogue of everything that this product measures: spans, attributes, events and metrics. */
export { type AttributeName, attributes } from './attributes.ts';
export { type MetricKey, metrics, seriesLimit } from './metric-catalogue.ts';
export { bornSets, type MetricEntry, worstCase } from './metric-entry.ts';
export { type EventName, events, type SpanName, spanLimits, spans, spansPerRun } from './span-catalogue.ts';
