import type { Transition } from '../run/transition.ts';
import type { AttributeValues } from './attributes.ts';
import { detailAttributes } from './detail-attributes.ts';
import { outcomeAttributes } from './outcome-attributes.ts';
import { eventOf, jobNames } from './span-events.ts';
import { errorOf } from './transition-error.ts';

/** What a transition says in its log record: the same as on a span, where it is told there too. No text of the agent's. */
export function logAttributes(t: Transition): AttributeValues {
  switch (t.type) {
    case 'phase_entered':
      return { 'claude_k8s.phase': t.phase, 'claude_k8s.phase.entered': t.why };
    case 'phase_left':
      return { 'claude_k8s.phase': t.phase, 'claude_k8s.phase.left': t.why, 'error.type': errorOf(t)?.type };
    case 'attempt_started':
    case 'reconnect_started':
    case 'lookup':
      return detailAttributes(t);
    case 'attempt_ended':
      return { ...detailAttributes(t), 'claude_k8s.attempt': t.attempt, 'claude_k8s.detail': t.error };
    case 'run_ended':
      return { ...outcomeAttributes(t.outcome), 'error.type': errorOf(t)?.type };
    default:
      return eventOf(t)?.attributes ?? {};
  }
}

/** What a transition tells of the run that every later record says too; undefined when nothing. */
export function contextOf(t: Transition): AttributeValues | undefined {
  switch (t.type) {
    case 'run_started':
      return {
        'claude_k8s.run.id': t.runId,
        'claude_k8s.agent.id': t.agentId,
        'k8s.namespace.name': t.namespace,
        'k8s.job.name': t.jobName,
      };
    case 'job_created':
    case 'job_adopted':
      return jobNames(t);
    case 'pod_seen':
      return { 'k8s.pod.name': t.pod, 'k8s.pod.uid': t.uid, 'k8s.node.name': t.node };
    default:
      return undefined;
  }
}

/** Whether it tells of trouble, where the same event can also be good news. */
export function isTrouble(t: Transition): boolean {
  switch (t.type) {
    case 'phase_left':
    case 'attempt_ended':
    case 'lookup':
    case 'run_ended':
      return errorOf(t) !== undefined;
    case 'container_ended':
      return t.exitCode !== 0;
    case 'job_deleted':
      return t.by !== 'self';
    default:
      return false;
  }
}
