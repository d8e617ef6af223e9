import type { Facts } from './facts.ts';
import { isDisrupted } from './facts.ts';
import { limit } from './limits.ts';
import { change, type Draft, type Held } from './run.ts';

/**
 * A pod well past its own grace period whose status has not changed since, and whose log endpoint fails: its node can no
 * longer tell. A log that still answers is a sign of life. Before a silent one is taken for dead it is asked, by a read
 * that ends by itself.
 */
export function isLost(draft: Draft): boolean {
  const { facts, follow } = draft.run;
  if (!isDue(draft)) return false;
  if (!hasLog(facts) || follow.state !== 'reading') return true;
  if (follow.silence.is === 'asked') return follow.open === undefined && follow.failures > 0;
  change(draft, { follow: { ...follow, silence: { is: 'asked' } } });
  return false;
}

/** By the pod's status alone: for a look that follows when the log has been given up. */
export function isOverdue(facts: Facts, at: number): boolean {
  const due = overdueAt(facts);
  return due !== undefined && at >= due;
}

/** When a pod that is going should be asked about; undefined while that is under way, or while nothing can be seen. */
export function lostWakeAt(run: Held): number | undefined {
  const asked = hasLog(run.facts) && run.follow.state === 'reading' && run.follow.silence.is === 'asked';
  return asked ? undefined : dueAt(run);
}

function isDue({ run, at }: Draft): boolean {
  const due = dueAt(run);
  return due !== undefined && at >= due;
}

function dueAt({ facts, follow }: Held): number | undefined {
  const overdue = overdueAt(facts);
  if (overdue === undefined || facts.apiDown !== undefined) return undefined;
  const { silence, account } = follow;
  const heardAt = Math.max(account.lastLineAt ?? 0, silence.is === 'proven' ? silence.at : 0);
  return Math.max(overdue, heardAt + limit.unreachable);
}

function overdueAt({ pod, podChangedAt, podGone, end }: Facts): number | undefined {
  if (pod === undefined || podChangedAt === undefined || podGone !== undefined || end !== undefined) return undefined;
  if (pod.deletionAt === undefined && !isDisrupted(pod)) return undefined;
  return Math.max(pod.deletionAt ?? 0, podChangedAt) + limit.unreachable;
}

function hasLog({ agentStarted, end }: Facts): boolean {
  return agentStarted || end !== undefined;
}
