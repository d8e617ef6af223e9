import type { tracing } from '@opentelemetry/sdk-node';
import type { Transition } from '../../../src/run/transition.ts';

type Span = tracing.ReadableSpan;

/** Where a detail belongs, and the transition that each of them stands for. */
const details = {
  'claude_k8s.stream.attempt': { below: 'claude_k8s.stream', of: 'attempt_started' },
  'claude_k8s.reconnect': { below: 'claude_k8s.stream', of: 'reconnect_started' },
  'claude_k8s.pod_lookup.attempt': { below: 'claude_k8s.pod_lookup', of: 'lookup' },
} as const satisfies Record<string, { below: string; of: Transition['type'] }>;

/** One root, a child for each visit to a phase, details below their phase, everything ended, one trace. */
export function brokenSpans(begun: number, spans: readonly Span[], transitions: readonly Transition[]): string[] {
  const roots = spans.filter(({ parentSpanContext }) => parentSpanContext === undefined);
  const [root] = roots;
  if (root === undefined || roots.length > 1 || root.name !== 'claude_k8s.run') {
    return [`spans: the roots are ${JSON.stringify(roots.map(({ name }) => name))}, expected claude_k8s.run alone`];
  }
  return [
    ...(begun === spans.length ? [] : [`spans: ${begun} begun and ${spans.length} ended`]),
    ...brokenPhases(root, spans, transitions),
    ...brokenDetails(spans, transitions),
    ...spans.flatMap((span) => brokenPlace(root, span)),
  ];
}

function brokenPhases(root: Span, spans: readonly Span[], transitions: readonly Transition[]): string[] {
  const visited = transitions.flatMap((t) => (t.type === 'phase_entered' && t.phase !== 'ended' ? [t.phase] : []));
  const expected = visited.map((phase) => `claude_k8s.${phase === 'create' ? 'create_job' : phase}`).sort();
  const id = root.spanContext().spanId;
  const children = spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === id);
  const there = children.map(({ name }) => name).sort();
  return same('spans: the children of the root', there, expected);
}

function brokenDetails(spans: readonly Span[], transitions: readonly Transition[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  return Object.entries(details).flatMap(([name, { below, of }]) => {
    const found = spans.filter((span) => span.name === name);
    const expected = transitions.filter(({ type }) => type === of).length;
    const parents = found.map(({ parentSpanContext }) => byId.get(parentSpanContext?.spanId ?? '')?.name);
    return [
      ...(found.length === expected ? [] : [`spans: ${found.length} ${name} for ${expected} ${of}`]),
      ...parents.filter((parent) => parent !== below).map((parent) => `spans: a ${name} lies below ${parent}`),
    ];
  });
}

/** Of this trace, below a span of it, and inside the time of the root. */
function brokenPlace(root: Span, span: Span): string[] {
  const { traceId } = root.spanContext();
  const of = `spans: ${span.name}`;
  const inside = ms(span.startTime) >= ms(root.startTime) && ms(span.endTime) <= ms(root.endTime);
  return [
    ...(span.spanContext().traceId === traceId ? [] : [`${of} is of another trace`]),
    ...(span.parentSpanContext === undefined || span.parentSpanContext.traceId === traceId
      ? []
      : [`${of} hangs on another trace`]),
    ...(span.ended && ms(span.endTime) >= ms(span.startTime) ? [] : [`${of} has no end`]),
    ...(inside ? [] : [`${of} is not inside the time of the root`]),
  ];
}

function ms([seconds, nanos]: readonly [number, number]): number {
  return Math.round(seconds * 1000 + nanos / 1e6);
}

function same(what: string, is: readonly string[], expected: readonly string[]): string[] {
  const [one, other] = [is.join(' '), expected.join(' ')];
  return one === other ? [] : [`${what} are [${one}], expected [${other}]`];
}
