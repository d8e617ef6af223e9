import type { Transition } from '../run/transition.ts';
import { detailAttributes } from './detail-attributes.ts';
import type { Detail, RunSpans } from './run-spans.ts';
import { errorOf } from './transition-error.ts';

/** Details that have begun: they become spans when their end is known. */
export interface OpenDetails {
  attempts: Map<number, Begun>;
  reconnect: Begun | undefined;
  lookupFrom: number | undefined;
  output: boolean;
}
type Begun = Pick<Detail, 'name' | 'parent' | 'start' | 'attributes'>;

export function nothingOpen(): OpenDetails {
  return { attempts: new Map(), reconnect: undefined, lookupFrom: undefined, output: false };
}

type Of<T extends Transition['type']> = Extract<Transition, { type: T }>;

/** Connections and the time between them. */
export function shapeStream(
  spans: RunSpans,
  open: OpenDetails,
  t: Of<'attempt_started' | 'attempt_ended' | 'reconnect_started' | 'reconnect_ended' | 'output'>,
): void {
  const parent = spans.phase('stream');
  switch (t.type) {
    case 'attempt_started': {
      const attributes = detailAttributes(t);
      open.attempts.set(t.attempt, { name: 'claude_k8s.stream.attempt', parent, start: t.at, attributes });
      return;
    }
    case 'attempt_ended': {
      const begun = open.attempts.get(t.attempt);
      open.attempts.delete(t.attempt);
      if (begun !== undefined) spans.detail(ended(begun, t));
      return;
    }
    case 'reconnect_started': {
      const attributes = detailAttributes(t);
      open.reconnect = { name: 'claude_k8s.reconnect', parent, start: t.at, attributes };
      return;
    }
    case 'reconnect_ended':
      if (open.reconnect !== undefined) spans.detail({ ...open.reconnect, end: t.at, error: undefined });
      open.reconnect = undefined;
      return;
    case 'output':
      if (!open.output) spans.event({ name: 'claude_k8s.first_output', attributes: {} }, t.at);
      open.output = true;
      return;
  }
}

/** An attempt that was cut is an error of its own; its parents stay unset, for the next attempt goes on from the cursor. */
function ended(begun: Begun, t: Of<'attempt_ended'>): Detail {
  return { ...begun, end: t.at, attributes: { ...begun.attributes, ...detailAttributes(t) }, error: errorOf(t) };
}

/** One read of the container's end, from the read before it or the entry into the phase. */
export function shapeLookup(spans: RunSpans, open: OpenDetails, t: Of<'lookup'>): void {
  spans.detail({
    name: 'claude_k8s.pod_lookup.attempt',
    parent: spans.phase('pod_lookup'),
    start: open.lookupFrom ?? t.at,
    end: t.at,
    attributes: detailAttributes(t),
    error: errorOf(t),
  });
  open.lookupFrom = t.at;
}
