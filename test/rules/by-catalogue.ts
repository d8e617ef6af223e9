import { targetLabels } from '../../dashboards/boards/promql.ts';
import { recordedFrom } from '../../dashboards/rules/recording.ts';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { other } from '../../src/telemetry/closed.ts';
import { isSeen } from '../../src/telemetry/metric-entry.ts';
import { type Matcher, read } from '../dashboards/promql-tree.ts';

const entries: readonly MetricEntry[] = Object.values(metrics);
const suffix = /_(bucket|sum|count)$/;
/** What Prometheus adds to every series, and what it makes itself. */
const everywhere = [...targetLabels, 'job', 'instance'];

/** The metric that a name in an expression is of, recorded ones too. */
export function entryOf(name: string): MetricEntry | undefined {
  const key = recordedFrom.get(name);
  if (key !== undefined) return metrics[key];
  return entries.find((entry) => entry.name === (entry.kind === 'histogram' ? name.replace(suffix, '') : name));
}

/** What is wrong with the expression of a rule, as sentences. */
export function wrong(expr: string): string[] {
  const { errors, selectors, grouped } = read(expr);
  const known = new Set<string>([...everywhere, 'le']);
  const bad = errors.map((error) => `does not parse at ${error}`);
  if (selectors.length === 0) bad.push('reads no metric');
  for (const { metric, matchers } of selectors) {
    if (metric === 'up') continue;
    const entry = entryOf(metric);
    if (entry === undefined) bad.push(`no metric ${metric}`);
    else if (entry.kind === 'histogram' && !suffix.test(metric) && !recordedFrom.has(metric))
      bad.push(`${metric} is a histogram`);
    for (const name of Object.keys(entry?.labels ?? {})) known.add(name);
    if (entry !== undefined) bad.push(...matchers.flatMap((one) => wrongMatcher(metric, entry, one)));
  }
  for (const name of grouped) if (!known.has(name)) bad.push(`nothing has the label ${name}`);
  return bad;
}

function wrongMatcher(metric: string, entry: MetricEntry, { label, operator, value }: Matcher): string[] {
  if (everywhere.includes(label) || (label === 'le' && entry.kind === 'histogram')) return [];
  const values = entry.labels[label];
  if (values === undefined) return [`${metric} has no label ${label}`];
  if (isSeen(values) || entry.constant === true) return [];
  const named = operator.endsWith('~') ? value.split('|') : [value];
  return named
    .filter((one) => one !== other && !values.includes(one))
    .map((one) => `${metric}: ${label} is never ${one}`);
}
