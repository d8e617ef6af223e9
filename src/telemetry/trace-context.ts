import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';

/** The W3C `traceparent` of a span; undefined when nobody records and nobody above does. */
export function traceparentOf(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!isSpanContextValid(span.spanContext())) return undefined;
  return `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}

/** The trace id, where there is a trace to be found under it: only a sampled one is exported. */
export function sampledTraceId(span: Span): string | undefined {
  const seen = span.spanContext();
  return isSpanContextValid(seen) && (seen.traceFlags & TraceFlags.SAMPLED) !== 0 ? seen.traceId : undefined;
}

/**
 * Reads a W3C `traceparent`. Undefined when it is none: a header that cannot be read is treated as absent
 * (https://www.w3.org/TR/trace-context/#traceparent-header).
 */
export function parseTraceparent(text: string): SpanContext | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(text.trim());
  const [, version, traceId, spanId, flags, rest] = match ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
}

/** Where a run hangs: below a given context, below a remote span, or below whatever is active in this process. */
export function parentContext(parent: Context | string | undefined): Context {
  if (parent === undefined) return context.active();
  if (typeof parent !== 'string') return parent;
  const remote = parseTraceparent(parent);
  return remote === undefined ? context.active() : trace.setSpanContext(ROOT_CONTEXT, remote);
}
