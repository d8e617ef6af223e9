import type { tracing } from '@opentelemetry/sdk-node';

type Span = tracing.ReadableSpan;

/** A trace as a tree: how long after its beginning each span began, how long it took, and what went wrong in it. */
export function traceTree(spans: readonly Span[]): string[] {
  const roots = spans.filter((span) => !spans.some((other) => isParent(other, span)));
  const from = Math.min(...roots.map((span) => ms(span.startTime)));
  return roots.flatMap((root) => branch(root, spans, from, '', ''));
}

function branch(span: Span, spans: readonly Span[], from: number, indent: string, below: string): string[] {
  const children = spans
    .filter((other) => isParent(span, other))
    .sort((one, other) => ms(one.startTime) - ms(other.startTime));
  const began = `${((ms(span.startTime) - from) / 1000).toFixed(2)} s`;
  const took = `${((ms(span.endTime) - ms(span.startTime)) / 1000).toFixed(2)} s`;
  const error = span.attributes['error.type'];
  const told = [`at ${began}, ${took}`, ...(typeof error === 'string' ? [error] : [])].join(', ');
  return [
    `${indent}${span.name}  ${told}`,
    ...children.flatMap((child, index) => {
      const last = index === children.length - 1;
      return branch(child, spans, from, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
    }),
  ];
}

function isParent(parent: Span, child: Span): boolean {
  return child.parentSpanContext?.spanId === parent.spanContext().spanId;
}

function ms([seconds, nanoseconds]: [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
