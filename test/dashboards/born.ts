import { recordedFrom } from '../../dashboards/rules/recording.ts';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { isSeen } from '../../src/telemetry/metric-entry.ts';
import { createTelemetry } from '../../src/telemetry/telemetry.ts';
import { type Matcher, read } from './promql-tree.ts';

const { registry } = createTelemetry({ buildVersion: '0.0.0' });
const born = new Map(
  (await registry.getMetricsAsJSON()).map(({ name, values }) => [name, values.map(({ labels }) => labels)]),
);
/** Values of these come with the runs. */
const seenOnly = new Set(
  Object.values<MetricEntry>(metrics)
    .filter(({ labels }) => Object.values(labels).some(isSeen))
    .map(({ name }) => name),
);

/** Selectors that no series of a process ever fits, though each of their labels and values is in the catalogue. */
export function unborn(expr: string): readonly string[] {
  return read(expr).selectors.flatMap(({ metric, matchers }) => {
    const recorded = recordedFrom.get(metric);
    const name = recorded === undefined ? metric : metrics[recorded].name;
    const series = born.get(name) ?? born.get(name.replace(/_(bucket|sum|count)$/, ''));
    if (series === undefined || seenOnly.has(name)) return [];
    const known = matchers.filter(({ label }) => !['namespace', 'cluster', 'le'].includes(label));
    const fits = series.some((labels) => known.every((one) => fitsTo(one, String(labels[one.label] ?? ''))));
    return fits
      ? []
      : [`${metric}{${known.map(({ label, operator, value }) => `${label}${operator}"${value}"`).join()}}`];
  });
}

function fitsTo({ operator, value }: Matcher, text: string): boolean {
  const same = operator.includes('~') ? new RegExp(`^(?:${value})$`).test(text) : value === text;
  return operator.startsWith('!') ? !same : same;
}
