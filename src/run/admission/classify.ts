import { labelValue } from '../../manifest/label-value.ts';
import { label } from '../../manifest/labels.ts';
import { limit } from '../limits.ts';
import { isFinished } from '../loss.ts';
import type { HolderState } from '../observation.ts';
import type { RunRequest } from '../request.ts';
import type { JobSnapshot } from '../snapshot.ts';
import { type Refusal, refusal } from './state.ts';

export type Classified =
  | { is: 'free' }
  | { is: 'refused'; refusal: Refusal }
  | { is: 'adopt'; job: JobSnapshot }
  | { is: 'abandoned'; job: JobSnapshot }
  /** An abandoned admission that may be deleted only after `forMs`. */
  | { is: 'bide'; forMs: number };

export interface Claims {
  request: RunRequest;
  jobs: readonly JobSnapshot[];
  holders: Readonly<Record<string, HolderState>>;
  patchAllowed: boolean;
  /** By the API server's Date header: ages are its own. */
  serverTime: number;
}

/** Jobs that count: not going away, and unfinished or not concluded by anyone. */
export function claimants(jobs: readonly JobSnapshot[]): JobSnapshot[] {
  return jobs.filter((job) => job.deletionAt === undefined && !(isFinished(job) && job.marks.concluded !== undefined));
}

/** Whether a Job that somebody else left in the agent's way lets this run go on, and how. */
export function classify({ request, jobs, holders, patchAllowed, serverTime }: Claims): Classified {
  const newestFirst = [...claimants(jobs)].sort((a, b) => b.createdAt - a.createdAt || compare(b.uid, a.uid));
  const owned = newestFirst.find((job) => isOwned(holders[job.uid]));
  if (owned !== undefined) return blocked(`${nameOf(owned)} belongs to ${ownerOf(owned)}`);
  for (const job of newestFirst) {
    if (!isUnbegun(job)) {
      const found = classifyOrphan(request, job, patchAllowed);
      if (found !== undefined) return found;
      continue;
    }
    if (isSameWork(request, job) && patchAllowed) return { is: 'adopt', job };
    const left = limit.abandoned - (serverTime - job.createdAt);
    return left > 0 ? { is: 'bide', forMs: left } : { is: 'abandoned', job };
  }
  return { is: 'free' };
}

/** Created, never admitted, never started, and no queue holds it: its creator died on the way. */
export function isUnbegun(job: JobSnapshot): boolean {
  return job.suspended && job.startedAt === undefined && job.marks.admittedAt === undefined && job.queue === undefined;
}

export function isOwned(holder: HolderState | undefined): boolean {
  return holder === 'alive' || holder === 'unknown' || holder === undefined;
}

/** Undefined: a Job that has ended and says nothing to this run stands in nobody's way. */
function classifyOrphan(request: RunRequest, job: JobSnapshot, patchAllowed: boolean): Classified | undefined {
  const refused = whyNotAdopted(request, job, patchAllowed);
  if (refused === undefined) return { is: 'adopt', job };
  return isFinished(job) ? undefined : { is: 'refused', refusal: refused };
}

function whyNotAdopted(request: RunRequest, job: JobSnapshot, patchAllowed: boolean): Refusal | undefined {
  const task = taskOf(job);
  if (task === undefined || request.taskId === undefined) {
    const side = task === undefined ? 'the Job has no task label' : 'this run has no task';
    return refusal('k8s_orphan_task_unknown', `${nameOf(job)} has no living owner and ${side}`);
  }
  if (!sameId(request.taskId, job.marks.taskId, task)) {
    return refusal('k8s_concurrent_run_blocked', `${nameOf(job)} is at work on another task (${task})`);
  }
  const session = job.marks.sessionId ?? job.labels[label.sessionId];
  if (session && request.sessionId && !sameId(request.sessionId, job.marks.sessionId, session)) {
    const which = `it is in session ${session}, this run asks for ${request.sessionId}`;
    return refusal('k8s_orphan_session_mismatch', `${nameOf(job)} has no living owner; ${which}`);
  }
  if (!request.reattachOrphanedJobs) {
    const why = 'reattachOrphanedJobs is false';
    return refusal('k8s_concurrent_run_blocked', `${nameOf(job)} has no living owner and ${why}`);
  }
  if (patchAllowed) return undefined;
  return refusal('k8s_concurrent_run_blocked', `${nameOf(job)} can not be adopted: patching Jobs is not allowed here`);
}

/** An admission of the same work, begun and never finished: it can be carried on as it stands. */
function isSameWork(request: RunRequest, job: JobSnapshot): boolean {
  const same = whyNotAdopted(request, job, true) === undefined;
  return same && !request.needsSecret && job.marks.promptHash === request.promptHash;
}

function taskOf(job: JobSnapshot): string | undefined {
  return job.marks.taskId || job.labels[label.taskId] || undefined;
}

/** The raw id where it was kept, else its label form. */
function sameId(wanted: string, raw: string | undefined, labelled: string): boolean {
  return raw === undefined ? labelValue(wanted) === labelled : wanted === raw;
}

function blocked(detail: string): Classified {
  return { is: 'refused', refusal: refusal('k8s_concurrent_run_blocked', detail) };
}

export function nameOf(job: JobSnapshot): string {
  return `Job ${job.name} of run ${job.labels[label.runId] ?? 'unknown'}`;
}

function ownerOf({ marks: { holder } }: JobSnapshot): string {
  if (holder === undefined) return 'a process that can not be told';
  const place = holder.pod === undefined ? `host ${holder.host}` : `pod ${holder.pod}`;
  return `a living process (${place}, pid ${holder.pid})`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
