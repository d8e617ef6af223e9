import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tracing } from '@opentelemetry/sdk-node';
import type { Replayable } from '../../src/replay/contract.ts';
import { replayable } from '../../src/replay/entry.ts';
import { countersIn } from '../../src/replay/judge/counters.ts';
import { inVirtualTime, type Replayed, replayOne } from '../../src/replay/one.ts';

type Span = tracing.ReadableSpan;

/** What a replay shows of a run besides its verdict: no ids and no times, so that only another telemetry changes it. */
export interface Golden {
  /** One span a line, below its parent and in the order of their beginning, with the error that it has. */
  spans: string[];
  /** The counters that moved, by series. */
  counters: Record<string, number>;
}

export const incidents = join(import.meta.dirname, '../../fixtures/incidents');

export function goldenPath(bundle: string): string {
  return join(dirname(bundle), 'golden.json');
}

/** Undefined: none was derived yet. */
export async function keptGolden(bundle: string): Promise<Golden | undefined> {
  const text = await readFile(goldenPath(bundle), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Replays a bundle with everything that the build shows of it. */
export async function replayWithGolden(path: string): Promise<{ replayed: Replayed; golden: Golden }> {
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  let scrape = '';
  const build: Replayable = {
    ...replayable,
    begin(place, recorded, sinks) {
      const run = replayable.begin({ ...place, tracer: provider.getTracer('replay') }, recorded, sinks);
      return {
        ...run,
        async metrics() {
          scrape = await run.metrics();
          return scrape;
        },
      };
    },
  };
  const replayed = await replayOne(inVirtualTime(build), { path, scraped: true }, () => 0);
  return { replayed, golden: { spans: treeOf(exporter.getFinishedSpans()), counters: sorted(countersIn(scrape)) } };
}

function treeOf(spans: readonly Span[]): string[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const below = (parent: string | undefined, indent: string): string[] =>
    inOrder(spans.filter((span) => parentIn(span, ids) === parent)).flatMap((span) => [
      `${indent}${span.name}${errorOf(span)}`,
      ...below(span.spanContext().spanId, `${indent}  `),
    ]);
  return below(undefined, '');
}

function parentIn({ parentSpanContext }: Span, ids: ReadonlySet<string>): string | undefined {
  return ids.has(parentSpanContext?.spanId ?? '') ? parentSpanContext?.spanId : undefined;
}

function inOrder(spans: readonly Span[]): Span[] {
  return spans.toSorted((one, other) => ms(one.startTime) - ms(other.startTime) || ms(one.endTime) - ms(other.endTime));
}

function ms([seconds, nanoseconds]: Span['startTime']): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function errorOf({ status, attributes }: Span): string {
  const type = attributes['error.type'];
  if (status.code !== 2) return type === undefined ? '' : ` (${type})`;
  return ` ERROR${type === undefined ? '' : ` ${type}`}`;
}

function sorted(counters: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counters).sort(([one], [other]) => (one < other ? -1 : 1)));
}
