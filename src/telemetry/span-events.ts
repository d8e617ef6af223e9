import type { Transition } from '../run/transition.ts';
import type { AttributeValues } from './attributes.ts';
import type { EventName } from './span-catalogue.ts';

export interface SpanEvent {
  name: EventName;
  attributes: AttributeValues;
}

/** The event that a transition leaves on the current span; undefined for those that are spans or attributes themselves. */
export function eventOf(t: Transition): SpanEvent | undefined {
  switch (t.type) {
    case 'job_created':
    case 'job_adopted':
    case 'job_withdrawn':
    case 'job_deleted':
    case 'verified':
    case 'condition_lag':
    case 'cleanup_failed':
      return ofJob(t);
    case 'waiting':
    case 'queued':
    case 'container_started':
    case 'container_ended':
    case 'grace_ended':
    case 'gap':
    case 'silence':
      return ofPod(t);
    case 'request_retried':
      return event(t, { 'claude_k8s.call': t.call, 'claude_k8s.detail': t.fault, 'claude_k8s.tries': t.tries });
    case 'api_unreachable':
      return event(t, { 'claude_k8s.seconds': t.seconds, 'claude_k8s.detail': t.fault });
    case 'watch_degraded':
      return event(t, { 'claude_k8s.kind': t.kind, 'claude_k8s.detail': t.fault });
    case 'note':
      return event(t, { 'claude_k8s.detail': t.text });
    case 'run_started':
    case 'phase_entered':
    case 'phase_left':
    case 'pod_seen':
    case 'attempt_started':
    case 'attempt_ended':
    case 'reconnect_started':
    case 'reconnect_ended':
    case 'lookup':
    case 'output':
    case 'run_ended':
      return undefined;
  }
}

type Of<T extends Transition['type']> = Extract<Transition, { type: T }>;
type OfJob = Of<
  'job_created' | 'job_adopted' | 'job_withdrawn' | 'job_deleted' | 'verified' | 'condition_lag' | 'cleanup_failed'
>;
type OfPod = Of<'waiting' | 'queued' | 'container_started' | 'container_ended' | 'grace_ended' | 'gap' | 'silence'>;

function ofJob(t: OfJob): SpanEvent {
  switch (t.type) {
    case 'job_created':
      return event(t, { ...jobNames(t), 'claude_k8s.job.suspended': t.suspended });
    case 'job_adopted':
      return event(t, { ...jobNames(t), 'claude_k8s.adopted.from_run': t.fromRunId });
    case 'job_withdrawn':
      return event(t, { 'k8s.job.name': t.job, 'claude_k8s.detail': t.why });
    case 'job_deleted':
      return event(t, { 'claude_k8s.job.deleted_by': t.by, 'claude_k8s.route': t.route });
    case 'verified':
      return event(t, { 'claude_k8s.answer': t.answer, 'claude_k8s.route': t.route });
    case 'condition_lag':
      return event(t, { 'claude_k8s.seconds': t.seconds });
    case 'cleanup_failed':
      return event(t, { 'claude_k8s.call': t.call, 'claude_k8s.detail': t.fault });
  }
}

function ofPod(t: OfPod): SpanEvent {
  switch (t.type) {
    case 'waiting':
      return event(t, { 'claude_k8s.reason': t.reason, 'claude_k8s.detail': t.message });
    case 'queued':
      return event(t, { 'claude_k8s.queue': t.queue });
    case 'container_started':
      return event(t, { 'k8s.pod.name': t.pod });
    case 'container_ended':
      return event(t, {
        'k8s.pod.name': t.pod,
        'claude_k8s.exit_code': t.exitCode,
        'claude_k8s.container.reason': t.reason,
      });
    case 'grace_ended':
      return event(t, { 'claude_k8s.reason': t.how });
    case 'gap':
      return event(t, {
        'claude_k8s.detail': t.why,
        'claude_k8s.gap.after': t.after,
        'claude_k8s.gap.before': t.before,
      });
    case 'silence':
      return event(t, { 'claude_k8s.seconds': t.seconds });
  }
}

function event(
  t: OfJob | OfPod | Of<'request_retried' | 'api_unreachable' | 'watch_degraded' | 'note'>,
  attributes: AttributeValues,
): SpanEvent {
  return { name: `claude_k8s.${t.type}`, attributes };
}

export function jobNames(t: { job: string; uid: string }): AttributeValues {
  return { 'k8s.job.name': t.job, 'k8s.job.uid': t.uid };
}
