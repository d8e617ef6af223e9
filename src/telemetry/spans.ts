import { type Context, type Tracer, trace } from '@opentelemetry/api';
import { RunSpans } from './run-spans.ts';
import { tellSpans } from './span-story.ts';
import { hrTime, known } from './span-values.ts';
import type { TransitionListener } from './tap.ts';
import { parentContext, sampledTraceId, traceparentOf } from './trace-context.ts';

export interface RunTraceInput {
  /** The host's own tracer, or `trace.getTracer(...)`: a provider is never registered here. */
  tracer: Tracer;
  /** A context, or a W3C traceparent; without either the run hangs below whatever span is active. */
  parent?: Context | string | undefined;
  runId: string;
  /** ms since the epoch. */
  at: number;
  /** Told once, at the end, when the bounds of a run left something out. */
  dropped?: (dropped: { spans: number; events: number }) => void;
}

export interface RunTrace {
  /** Of the root span, for the Job's annotation and the pod. Undefined when nobody traces. */
  traceparent: string | undefined;
  /** Undefined unless the trace is sampled: nothing would be found under it. */
  traceId: string | undefined;
  /** With the span of the phase that is current, or the root. */
  context: () => Context;
  listener: TransitionListener;
}

/** Opens the root span of a run; the listener makes the rest of the tree from the run's transitions and ends it. */
export function startRunTrace(input: RunTraceInput): RunTrace {
  const parent = parentContext(input.parent);
  const options = { startTime: hrTime(input.at), attributes: known({ 'claude_k8s.run.id': input.runId }) };
  const root = input.tracer.startSpan('claude_k8s.run', options, parent);
  const ids = { traceparent: traceparentOf(root), traceId: sampledTraceId(root) };
  if (!root.isRecording()) return { ...ids, context: () => trace.setSpan(parent, root), listener: () => {} };
  const spans = new RunSpans(input.tracer, root, parent);
  return {
    ...ids,
    context: () => trace.setSpan(parent, spans.current()),
    listener: tellSpans(spans, input.dropped ?? (() => {})),
  };
}
