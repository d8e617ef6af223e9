import type { Attributes, Context, HrTime, Tracer } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import type { Transition } from '../../src/run/transition.ts';
import { startRunTrace } from '../../src/telemetry/spans.ts';
import { start } from './stories.ts';

type Finished = tracing.ReadableSpan;

/** An SDK that keeps its spans, built and never registered. */
export function memory(): { tracer: Tracer; spans: () => readonly Finished[] } {
  const exporter = new tracing.InMemorySpanExporter();
  const provider = new tracing.BasicTracerProvider({ spanProcessors: [new tracing.SimpleSpanProcessor(exporter)] });
  return { tracer: provider.getTracer('test'), spans: () => exporter.getFinishedSpans() };
}

/** The whole tree of a story as text. */
export function treeOf(story: readonly Transition[], parent?: Context | string): string {
  const { tracer, spans } = memory();
  const { listener } = startRunTrace({ tracer, parent, runId: 'r1', at: start });
  for (const transition of story) listener(transition);
  return render(spans());
}

/** Spans below their parents in the order of their beginning, with attributes, errors, events and links. */
export function render(spans: readonly Finished[]): string {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const roots = spans.filter(({ parentSpanContext }) => !ids.has(parentSpanContext?.spanId ?? ''));
  return inOrder(roots)
    .flatMap((root) => lines(root, spans, ''))
    .join('\n');
}

function lines(span: Finished, all: readonly Finished[], indent: string): string[] {
  const id = span.spanContext().spanId;
  const children = inOrder(all.filter(({ parentSpanContext }) => parentSpanContext?.spanId === id));
  const error = span.status.code === 2 ? ` ERROR "${span.status.message}"` : '';
  return [
    `${indent}${span.name} ${seconds(span.startTime)}..${seconds(span.endTime)}${error}${text(span.attributes)}`,
    ...span.links.map(({ context }) => `${indent}  -> ${context.traceId}/${context.spanId}`),
    ...span.events.map(({ name, time, attributes }) => `${indent}  @${seconds(time)} ${name}${text(attributes ?? {})}`),
    ...children.flatMap((child) => lines(child, all, `${indent}  `)),
  ];
}

function inOrder(spans: readonly Finished[]): readonly Finished[] {
  return [...spans].sort(
    (a, b) =>
      milliseconds(a.startTime) - milliseconds(b.startTime) || milliseconds(a.endTime) - milliseconds(b.endTime),
  );
}

function text(attributes: Attributes): string {
  const pairs = Object.entries(attributes).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? `[${value.join('; ')}]` : value}`,
  );
  return pairs.length === 0 ? '' : ` {${pairs.sort().join(', ')}}`;
}

function milliseconds([whole, nanos]: HrTime): number {
  return whole * 1000 + nanos / 1e6 - start;
}

function seconds(time: HrTime): string {
  return `${milliseconds(time) / 1000}s`;
}
