import type { Span } from '@opentelemetry/api';
import type { Transition } from '../run/transition.ts';
import { nothingOpen, type OpenDetails, shapeLookup, shapeStream } from './detail-spans.ts';
import { outcomeAttributes } from './outcome-attributes.ts';
import type { RunSpans } from './run-spans.ts';
import { eventOf, jobNames } from './span-events.ts';
import { known } from './span-values.ts';
import type { TransitionListener } from './tap.ts';
import { parseTraceparent } from './trace-context.ts';
import { errorOf } from './transition-error.ts';

/** The tree of a run's spans, told by its transitions. `dropped` hears at the end what the bounds left out. */
export function tellSpans(
  spans: RunSpans,
  dropped: (dropped: { spans: number; events: number }) => void,
): TransitionListener {
  const open = nothingOpen();
  return (t) => {
    const event = eventOf(t);
    if (event !== undefined) spans.event(event, t.at);
    shape(spans, open, t);
    if (t.type === 'run_ended' && spans.dropped.spans + spans.dropped.events > 0) dropped(spans.dropped);
  };
}

function shape(spans: RunSpans, open: OpenDetails, t: Transition): void {
  switch (t.type) {
    case 'run_started':
      describeRun(spans.root, t);
      return;
    case 'phase_entered':
      if (t.phase === 'pod_lookup') open.lookupFrom = t.at;
      spans.enter(t.phase, t.at, t.why);
      return;
    case 'phase_left':
      spans.leave(t.phase, t.at, t.why, errorOf(t));
      return;
    case 'job_created':
      spans.root.setAttributes(known(jobNames(t)));
      return;
    case 'job_adopted':
      adopt(spans.root, t);
      return;
    case 'pod_seen':
      spans.root.setAttributes(known({ 'k8s.pod.name': t.pod, 'k8s.pod.uid': t.uid, 'k8s.node.name': t.node }));
      return;
    case 'attempt_started':
    case 'attempt_ended':
    case 'reconnect_started':
    case 'reconnect_ended':
    case 'output':
      shapeStream(spans, open, t);
      return;
    case 'lookup':
      shapeLookup(spans, open, t);
      return;
    case 'run_ended':
      endRun(spans, open, t);
      return;
    case 'job_withdrawn':
    case 'request_retried':
    case 'waiting':
    case 'queued':
    case 'container_started':
    case 'container_ended':
    case 'gap':
    case 'silence':
    case 'verified':
    case 'condition_lag':
    case 'api_unreachable':
    case 'watch_degraded':
    case 'grace_ended':
    case 'job_deleted':
    case 'cleanup_failed':
    case 'note':
      return;
  }
}

type Of<T extends Transition['type']> = Extract<Transition, { type: T }>;

function describeRun(root: Span, t: Of<'run_started'>): void {
  root.setAttributes(
    known({
      'claude_k8s.run.id': t.runId,
      'claude_k8s.agent.id': t.agentId,
      'k8s.namespace.name': t.namespace,
      'k8s.job.name': t.jobName,
    }),
  );
}

/** The trace of the run that began the Job may be lost with its process; the link finds what is there. */
function adopt(root: Span, t: Of<'job_adopted'>): void {
  root.setAttributes(known({ ...jobNames(t), 'claude_k8s.adopted': true, 'claude_k8s.adopted.from_run': t.fromRunId }));
  const context = t.linkTo === undefined ? undefined : parseTraceparent(t.linkTo);
  if (context === undefined) return;
  root.addLink({ context, attributes: known({ 'claude_k8s.adopted.from_run': t.fromRunId }) });
}

function endRun(spans: RunSpans, open: OpenDetails, t: Of<'run_ended'>): void {
  const begun = [...open.attempts.values(), ...(open.reconnect === undefined ? [] : [open.reconnect])];
  for (const detail of begun) spans.detail({ ...detail, end: t.at, error: undefined });
  spans.end(t.at, outcomeAttributes(t.outcome), errorOf(t));
}
