import { table } from '../../src/config/markdown.ts';
import { attributes } from '../../src/telemetry/attributes.ts';
import { problems } from '../../src/telemetry/label-values.ts';
import {
  type LogEntry,
  logContext,
  logEvents,
  logRecordsPerRun,
  processLogEvents,
} from '../../src/telemetry/log-catalogue.ts';
import { metrics, seriesLimit } from '../../src/telemetry/metric-catalogue.ts';
import { isSeen, type MetricEntry, worstCase } from '../../src/telemetry/metric-entry.ts';
import { processMetrics } from '../../src/telemetry/metrics-of-process.ts';
import { runMetrics } from '../../src/telemetry/metrics-of-runs.ts';
import { streamMetrics } from '../../src/telemetry/metrics-of-streams.ts';
import { events, spanLimits, spans, spansPerRun } from '../../src/telemetry/span-catalogue.ts';

/** What docs/telemetry.md takes from the catalogues, by the name of its section. */
export const telemetryTables: Readonly<Record<string, () => string>> = {
  spans: () => treeOf(undefined, 0).join('\n'),
  'span-bounds': () =>
    `A run has at most ${spansPerRun} spans: its root, ${spanLimits.phases} visits to phases, and of attempts, reconnects and look-ups the first ${spanLimits.firstDetails} and the last ${spanLimits.lastDetails}. It has at most ${spanLimits.events} span events, and no text in it is longer than ${spanLimits.textChars.toLocaleString('en')} characters. What is left out is counted on the root and in \`${metrics.droppedSpans.name}\` and \`${metrics.droppedEvents.name}\`.`,
  'span-events': () => table(['event', 'what it tells'], rows(events)),
  attributes: () => table(['attribute', 'what it is'], rows(attributes)),
  'run-metrics': () => metricTable(runMetrics),
  'stream-metrics': () => metricTable(streamMetrics),
  'process-metrics': () => metricTable({ ...processMetrics, overflows: metrics.overflows }),
  series: () => {
    const all = Object.values<MetricEntry>(metrics);
    const worst = all.reduce((sum, entry) => sum + worstCase(entry), 0);
    return `${all.length} metrics, at most ${worst.toLocaleString('en')} series in a process; a test holds them below ${seriesLimit.toLocaleString('en')}.`;
  },
  'log-context': () => `${logContext.map(code).join(', ')}.`,
  'log-events': () => logTable(Object.values<LogEntry>(logEvents)),
  'log-bound': () =>
    `A run has at most ${logRecordsPerRun.toLocaleString('en')} records below its last one, which is always told; what is left out is counted there and in \`${metrics.droppedRecords.name}\`.`,
  'process-log-events': () => logTable(Object.values<LogEntry>(processLogEvents)),
  problems: () => `${problems.map(code).join(', ')}.`,
};

function rows(catalogue: Readonly<Record<string, string>>): string[][] {
  return Object.entries(catalogue).map(([name, brief]) => [code(name), brief]);
}

function treeOf(parent: string | undefined, depth: number): string[] {
  return Object.entries<{ parent: string | undefined; brief: string }>(spans)
    .filter(([, span]) => span.parent === parent)
    .flatMap(([name, { brief }]) => [`${'  '.repeat(depth)}- ${code(name)}: ${brief}`, ...treeOf(name, depth + 1)]);
}

function metricTable(catalogue: Readonly<Record<string, MetricEntry>>): string {
  const heads = ['metric', 'kind', 'unit', 'labels', 'exemplars', 'what it tells'];
  return table(
    heads,
    Object.values(catalogue).map(({ name, kind, unit, labels, exemplars, help }) => [
      code(name),
      kind,
      unit,
      Object.entries(labels).map(labelText).join('; '),
      exemplars ? 'yes' : '',
      help,
    ]),
  );
}

/** Short sets are written out; the error table and the like stand elsewhere. */
function labelText([name, values]: [string, MetricEntry['labels'][string]]): string {
  if (isSeen(values)) return `${code(name)}: the first ${values.limit}, then ${code('_OTHER')}`;
  if (values.length === 0) return code(name);
  return values.length > 11 ? `${code(name)}: ${values.length} values` : `${code(name)}: ${values.join(', ')}`;
}

function logTable(entries: readonly LogEntry[]): string {
  return table(
    ['event', 'severity', 'attributes of its own', 'what it tells'],
    entries.map(({ event, severity, trouble, attributes: own, brief }) => [
      code(event),
      trouble === undefined ? severity : `${severity}, ${trouble} in trouble`,
      own.map(code).join(', '),
      brief,
    ]),
  );
}

function code(text: string): string {
  return `\`${text}\``;
}
