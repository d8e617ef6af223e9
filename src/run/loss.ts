import type { JobLoss } from './evidence.ts';
import type { Facts } from './facts.ts';
import type { AbsenceRoute } from './observation.ts';
import type { JobSnapshot } from './snapshot.ts';
import type { Deleter } from './transition.ts';

/** The Job carries a deletionTimestamp: who set it, as far as the object itself proves. */
export function lossByDeletion(facts: Facts, job: JobSnapshot, at: number): JobLoss {
  return loss(facts, deleterOf(job, facts.runId, at), 'deletion-timestamp', at);
}

/**
 * The Job is absent and no deletionTimestamp was ever seen. A watch that says DELETED saw a delete; an absence found by a
 * list or a read says only that it is gone.
 */
export function lossByAbsence(facts: Facts, route: AbsenceRoute, at: number): JobLoss {
  const by = facts.job === undefined ? 'unknown' : deleterOf(facts.job, facts.runId, at);
  return loss(facts, by === 'other_client' && route !== 'watch-deleted' ? 'unknown' : by, route, at);
}

function loss(facts: Facts, by: Deleter, route: JobLoss['route'], at: number): JobLoss {
  return { by, at, route, containerEndedBefore: facts.end !== undefined, observations: facts.jobObservations };
}

/** Our own mark, or a finished Job with a TTL. Everything else is another client, and no more is known of it. */
function deleterOf(job: JobSnapshot, runId: string, at: number): Deleter {
  if (job.marks.deletion?.runId === runId) return 'self';
  return isFinished(job) && job.ttlSecondsAfterFinished !== undefined && ttlIsOver(job, at) ? 'ttl' : 'other_client';
}

export function isFinished(job: JobSnapshot): boolean {
  return job.conditions.some(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}

/**
 * Both moments are the API server's own, in whole seconds: hence the second of tolerance. Of a Job that was only seen to be
 * absent our own clock has to tell, which may be behind.
 */
function ttlIsOver(job: JobSnapshot, at: number): boolean {
  const finished = job.conditions.find(({ type }) => type === 'Complete' || type === 'Failed')?.at;
  const ttl = job.ttlSecondsAfterFinished;
  if (finished === undefined || ttl === undefined) return false;
  return (job.deletionAt ?? at + 59_000) + 1000 >= finished + ttl * 1000;
}
