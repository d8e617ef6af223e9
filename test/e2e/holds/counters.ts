import type { Transition } from '../../../src/run/transition.ts';
import type { WireCall } from '../wire-log.ts';
import { type Moved, movedBy } from './counted-transitions.ts';
import { readScrape, seriesKey } from './scrape.ts';

export interface Counted {
  scrape: string;
  transitions: readonly Transition[];
  wire: readonly WireCall[];
  watchRestarts: readonly { kind: string; why: string }[];
  delivered: readonly string[];
  dropped: { spans: number; events: number };
}

const prefix = 'claude_k8s_';
/** A gauge over runs is back at 0 when the run has ended. */
const gauges = ['runs_active', 'runs_silent', 'silence_seconds'];

/** All counters and histograms have moved by what happened in this run, and none more. */
export function brokenCounters(run: Counted): string[] {
  const scraped = readScrape(run.scrape);
  const expected = new Map<string, number>();
  const add = ([name, labels, by]: Moved) => {
    const key = seriesKey(prefix + name, labels);
    const fitted = scraped.has(key) ? key : seriesKey(prefix + name, nearest(scraped, prefix + name, labels));
    expected.set(fitted, (expected.get(fitted) ?? 0) + by);
    if (fitted !== key && by > 0) add(['telemetry_label_overflows_total', { metric: prefix + name }, 1]);
  };
  for (const moved of [...run.transitions.flatMap(movedBy), ...otherMoves(run)]) add(moved);
  const keys = [...scraped.keys()].filter((key) => /^\w+_(total|count)\b/.test(key));
  const wrong = [...new Set([...keys, ...expected.keys()])].filter(
    (key) => !near(scraped.get(key) ?? 0, expected.get(key) ?? 0),
  );
  return [
    ...(keys.length > 100 ? [] : [`counters: only ${keys.length} series in the scrape`]),
    ...wrong.map((key) => `counters: ${key} is ${scraped.get(key)}, expected ${expected.get(key) ?? 0}`),
    ...gauges.flatMap((name) => (scraped.get(prefix + name) === 0 ? [] : [`counters: the gauge ${name} is not 0`])),
  ];
}

/** What is known without the transitions: the wire, and the text that was delivered. */
function otherMoves({ wire, watchRestarts, delivered, dropped }: Counted): Moved[] {
  return [
    ...wire.flatMap(({ verb, resource, status }): Moved[] => [
      ['kubernetes_requests_total', { verb, resource, code: String(status ?? 'none') }, 1],
      ['kubernetes_request_duration_seconds_count', { verb }, 1],
    ]),
    ...watchRestarts.map((labels): Moved => ['watch_restarts_total', labels, 1]),
    ['log_lines_total', {}, delivered.length],
    ['log_bytes_total', {}, delivered.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0)],
    ['telemetry_dropped_spans_total', {}, dropped.spans],
    ['telemetry_dropped_events_total', {}, dropped.events],
  ];
}

/** A value that no series has is counted as `_OTHER`. */
function nearest(scraped: Map<string, number>, name: string, labels: Readonly<Record<string, string>>) {
  const own = [...scraped.keys()].filter((key) => key.startsWith(`${name}{`));
  const near = Object.entries(labels).map(([label, value]) => {
    const known = own.some((key) => key.includes(`${label}="${value}"`));
    return [label, known ? value : '_OTHER'];
  });
  const fitted: Record<string, string> = Object.fromEntries(near);
  const other = Object.fromEntries(Object.keys(labels).map((label) => [label, '_OTHER']));
  return scraped.has(seriesKey(name, fitted)) ? fitted : other;
}

/** Costs are sums of fractions. */
function near(is: number, expected: number): boolean {
  return Math.abs(is - expected) < 1e-9;
}
