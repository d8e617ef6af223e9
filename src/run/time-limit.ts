import type { Admission } from './phases/admission.ts';
import { change, type Draft, type Held } from './run.ts';

/**
 * The time of a run counts from its Job's start, as `activeDeadlineSeconds` does, and not while a queue holds the Job.
 * An adopted Job's age is told by the API server's own clock.
 */
export function timedFrom(
  admission: Extract<Admission, { as: 'created' | 'adopted' }>,
  at: number,
): number | undefined {
  if (admission.job.suspended) return undefined;
  const { startedAt } = admission.job;
  if (admission.as === 'created' || startedAt === undefined) return at;
  return Math.min(at, at - ((admission.serverTime ?? at) - startedAt));
}

/** A Job that is suspended again begins its time anew. */
export function noteStart(draft: Draft): void {
  const { facts, timedFrom } = draft.run;
  if (facts.job?.suspended === true) {
    if (timedFrom !== undefined) change(draft, { timedFrom: undefined });
  } else if (timedFrom === undefined) change(draft, { timedFrom: draft.at });
}

/** When the run has had its time and its grace; Infinity when it has no limit, or is not at work. */
export function timeOverAt({ timedFrom, request }: Held): number {
  const { timeoutSec, graceSec } = request.limits;
  if (timeoutSec === 0 || timedFrom === undefined) return Number.POSITIVE_INFINITY;
  return timedFrom + (timeoutSec + graceSec) * 1000;
}
