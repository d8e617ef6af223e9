import { type Context, type Span, SpanStatusCode, type Tracer, trace } from '@opentelemetry/api';
import type { PhaseName } from '../run/transition.ts';
import type { AttributeValues } from './attributes.ts';
import { type SpanName, spanLimits, spanOfPhase } from './span-catalogue.ts';
import type { SpanEvent } from './span-events.ts';
import { cut, hrTime, known } from './span-values.ts';
import type { TransitionError } from './transition-error.ts';

/** A short span whose both ends are known when it is made. */
export interface Detail {
  name: SpanName;
  parent: Span;
  start: number;
  end: number;
  attributes: AttributeValues;
  error: TransitionError | undefined;
}

/** The spans of one run below its root, and their bounds. Times are ms since the epoch. */
export class RunSpans {
  readonly root: Span;
  readonly dropped = { spans: 0, events: 0 };
  private readonly tracer: Tracer;
  private readonly parent: Context;
  private readonly open = new Map<PhaseName, Span>();
  /** The last visit to each phase, left or not. */
  private readonly visits = new Map<PhaseName, Span>();
  /** Details after the first ones wait here, so that a long run keeps its end as well as its beginning. */
  private readonly last: Detail[] = [];
  private phases = 0;
  private details = 0;
  private events = 0;

  constructor(tracer: Tracer, root: Span, parent: Context) {
    this.tracer = tracer;
    this.root = root;
    this.parent = parent;
  }

  /** The phase that was entered last and not left, or the root. */
  current(): Span {
    return [...this.open.values()].at(-1) ?? this.root;
  }

  /** What belongs to a phase stays below its last visit, even when it happens after the phase was left. */
  phase(name: PhaseName): Span {
    return this.visits.get(name) ?? this.current();
  }

  /** One span for each visit: a phase that is entered again gets a new one. */
  enter(name: PhaseName, at: number, why: string): void {
    if (name === 'ended') return;
    this.leave(name, at, undefined, undefined);
    if (this.phases >= spanLimits.phases) {
      this.dropped.spans += 1;
      return;
    }
    this.phases += 1;
    const span = this.start(spanOfPhase[name], this.root, at, { 'claude_k8s.phase.entered': why });
    this.open.set(name, span);
    this.visits.set(name, span);
  }

  leave(name: PhaseName, at: number, why: string | undefined, error: TransitionError | undefined): void {
    const span = this.open.get(name);
    if (span === undefined) return;
    this.open.delete(name);
    span.setAttributes(known({ 'claude_k8s.phase.left': why }));
    fail(span, error);
    span.end(hrTime(at));
  }

  event({ name, attributes }: SpanEvent, at: number): void {
    this.events += 1;
    if (this.events > spanLimits.events) this.dropped.events += 1;
    else this.current().addEvent(name, known(attributes), hrTime(at));
  }

  detail(detail: Detail): void {
    this.details += 1;
    if (this.details <= spanLimits.firstDetails) {
      this.make(detail);
      return;
    }
    this.last.push(detail);
    if (this.last.length <= spanLimits.lastDetails) return;
    this.last.shift();
    this.dropped.spans += 1;
  }

  /** Ends whatever is open, then the root. */
  end(at: number, attributes: AttributeValues, error: TransitionError | undefined): void {
    for (const detail of this.last.splice(0)) this.make(detail);
    for (const name of [...this.open.keys()]) this.leave(name, at, undefined, undefined);
    this.root.setAttributes(known({ ...attributes, ...this.account() }));
    fail(this.root, error);
    this.root.end(hrTime(at));
  }

  private account(): AttributeValues {
    const { spans, events } = this.dropped;
    return { 'claude_k8s.spans.dropped': spans || undefined, 'claude_k8s.events.dropped': events || undefined };
  }

  private make({ name, parent, start, end, attributes, error }: Detail): void {
    const span = this.start(name, parent, start, attributes);
    fail(span, error);
    span.end(hrTime(end));
  }

  private start(name: SpanName, parent: Span, at: number, attributes: AttributeValues): Span {
    const options = { startTime: hrTime(at), attributes: known(attributes) };
    return this.tracer.startSpan(name, options, trace.setSpan(this.parent, parent));
  }
}

function fail(span: Span, error: TransitionError | undefined): void {
  if (error === undefined) return;
  span.setAttributes(known({ 'error.type': error.type }));
  span.setStatus({ code: SpanStatusCode.ERROR, message: cut(error.message) });
}
