import type { Transition } from '../run/transition.ts';
import type { Meters } from './meters.ts';

type OfCluster = Extract<
  Transition,
  {
    type:
      | 'job_created'
      | 'job_adopted'
      | 'job_withdrawn'
      | 'request_retried'
      | 'waiting'
      | 'queued'
      | 'container_ended'
      | 'api_unreachable'
      | 'watch_degraded'
      | 'job_deleted'
      | 'cleanup_failed';
  }
>;

/** Counts what happened to a run's Job and pod, and how the API behaved towards it. */
export function meterCluster(meters: Meters, t: OfCluster, traceId: string | undefined): void {
  switch (t.type) {
    case 'job_created':
      meters.sample('admissions', { how: 'created' }, 1, traceId);
      return;
    case 'job_adopted':
      meters.sample('admissions', { how: 'adopted' }, 1, traceId);
      return;
    case 'job_withdrawn':
      meters.sample('admissions', { how: 'withdrawn' }, 1, traceId);
      return;
    case 'request_retried':
      meters.sample('requestRetries', { fault: t.fault }, 1, traceId);
      return;
    case 'waiting':
      meters.sample('waits', { reason: t.reason }, 1, traceId);
      return;
    case 'queued':
      meters.sample('waits', { reason: 'queued' }, 1, traceId);
      return;
    case 'container_ended':
      meters.sample('terminations', { reason: t.reason ?? 'none', exit: exitOf(t.exitCode) }, 1, traceId);
      return;
    case 'api_unreachable':
      meters.sample('unreachable', {}, 1, traceId);
      return;
    case 'watch_degraded':
      meters.sample('watchDegraded', { kind: t.kind }, 1, traceId);
      return;
    case 'job_deleted':
      meters.sample('deletions', { by: t.by, route: t.route }, 1, traceId);
      return;
    case 'cleanup_failed':
      meters.sample('cleanupFailures', {}, 1, traceId);
      return;
  }
}

function exitOf(exitCode: number): string {
  return [0, 1, 137, 143].includes(exitCode) ? String(exitCode) : 'other';
}
