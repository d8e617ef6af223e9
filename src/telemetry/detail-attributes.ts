import type { Transition } from '../run/transition.ts';
import type { AttributeValues } from './attributes.ts';

type OfDetail = Extract<Transition, { type: 'attempt_started' | 'attempt_ended' | 'reconnect_started' | 'lookup' }>;

/** What a connection, the wait between two and a look-up say of themselves, on spans and in log records. */
export function detailAttributes(t: OfDetail): AttributeValues {
  switch (t.type) {
    case 'attempt_started':
      return {
        'claude_k8s.attempt': t.attempt,
        'claude_k8s.attempt.follow': t.follow,
        'claude_k8s.attempt.since': t.since,
      };
    case 'attempt_ended':
      return {
        'claude_k8s.attempt.end': t.how,
        'claude_k8s.log.lines': t.lines,
        'claude_k8s.log.bytes': t.bytes,
        'claude_k8s.log.duplicates': t.duplicates,
      };
    case 'reconnect_started':
      return { 'claude_k8s.reason': t.reason, 'claude_k8s.reconnect.delay_ms': t.delayMs };
    case 'lookup':
      return { 'claude_k8s.attempt': t.attempt, 'claude_k8s.lookup.state': t.state };
  }
}
