import { createHash } from 'node:crypto';
import { label } from '../../manifest/labels.ts';
import type { Answer, ApiFault } from '../answer.ts';
import { limit } from '../limits.ts';
import { isFinished } from '../loss.ts';
import type { JobSnapshot } from '../snapshot.ts';
import { isUnbegun, nameOf } from './classify.ts';
import { type AdmissionDraft, type Afterwards, enterPhase, finish, goTo, put, refusal, refuse } from './state.ts';

/** A Job of ours that is not started yet: from its creation to its unsuspension, or back. */
export function afterCreate(draft: AdmissionDraft, answer: Answer<JobSnapshot>): void {
  if (answer.ok) return created(draft, answer.value);
  const { fault } = answer;
  if (fault.kind === 'conflict') return goTo(draft, { name: 'find', because: 'taken' });
  refuse(draft, 'k8s_job_create_failed', `Job ${draft.state.request.jobName} was refused`, { fault });
}

/** What stands under our name. Ours: an earlier create of this run. Nothing: the lost create was never carried out. */
export function found(draft: AdmissionDraft, because: 'lost' | 'taken', read: JobSnapshot | ApiFault): void {
  const { request } = draft.state;
  if ('uid' in read) {
    const own = read.labels[label.runId] === request.runId && read.deletionAt === undefined;
    if (!own) {
      return refuse(draft, 'k8s_job_create_failed', `the name is taken: ${nameOf(read)}`, { cause: 'config_error' });
    }
    if (read.marks.holder?.bootId === request.holder.bootId) return created(draft, read);
    return goTo(draft, { name: 'adopt', job: read, fromRunId: request.runId });
  }
  if (read.kind !== 'not_found') {
    return refuse(draft, 'k8s_job_create_failed', 'whether the Job exists is not known', { fault: read });
  }
  put(draft, { stage: { name: 'create' }, asking: { ...draft.state.asking, dueAt: draft.at } });
  if (because === 'taken') goTo(draft, { name: 'create' }, limit.retryFirst);
}

function created(draft: AdmissionDraft, job: JobSnapshot): void {
  const { patchAllowed, request } = draft.state;
  const { suspended, name, uid } = job;
  draft.transitions.push({ type: 'job_created', at: draft.at, job: name, uid, suspended });
  if (patchAllowed && isUnbegun(job)) return goTo(draft, { name: 'rivals', job });
  if (request.needsSecret) return goTo(draft, { name: 'secret', job });
  finish(draft, { as: 'created', job, patchAllowed });
}

/** Who was there when ours came into being was first. A history that can't be asked proves nothing: step back too. */
export function afterRivals(
  draft: AdmissionDraft,
  job: JobSnapshot,
  answer: Answer<{ jobs: readonly JobSnapshot[] }>,
): void {
  const rival = answer.ok ? answer.value.jobs.find((other) => isRival(other, job)) : undefined;
  if (answer.ok && rival === undefined) {
    return goTo(draft, { name: draft.state.request.needsSecret ? 'secret' : 'unsuspend', job });
  }
  const why = rival === undefined ? 'the moment of its creation can not be listed' : `${nameOf(rival)} was first`;
  const contestedSince = draft.state.contestedSince ?? draft.at;
  put(draft, { contestedSince });
  draft.transitions.push({ type: 'job_withdrawn', at: draft.at, job: job.name, why });
  const tooLong = draft.at - contestedSince >= limit.admission;
  const next: Afterwards =
    tooLong || draft.state.request.start.as === 'attach'
      ? { is: 'refuse', refusal: refusal('k8s_concurrent_run_blocked', why) }
      : { is: 'list' };
  goTo(draft, { name: 'withdraw', job, next });
}

function isRival(other: JobSnapshot, own: JobSnapshot): boolean {
  return other.uid !== own.uid && other.deletionAt === undefined && !isFinished(other);
}

export function afterWithdraw(draft: AdmissionDraft, fault: ApiFault | undefined): void {
  const { stage } = draft.state;
  if (stage.name !== 'withdraw') return;
  if (fault !== undefined && fault.kind !== 'not_found') {
    if (fault.kind === 'conflict') return goTo(draft, { name: 'reread', job: stage.job, next: stage.next });
    return left(draft, stage.job, stage.next, fault);
  }
  proceed(draft, stage.next, undefined);
}

/** Our Job as it is now. Whoever has adopted it meanwhile may keep it; one that has started is no longer withdrawn. */
export function afterReread(
  draft: AdmissionDraft,
  job: JobSnapshot,
  next: 'unsuspend' | Afterwards,
  read: JobSnapshot | ApiFault,
): void {
  if (!('uid' in read)) {
    if (read.kind !== 'not_found') return left(draft, job, next === 'unsuspend' ? { is: 'stop' } : next, read);
    return gone(draft, next);
  }
  if (read.uid !== job.uid || read.deletionAt !== undefined) return gone(draft, next);
  const owner = read.labels[label.runId];
  if (owner !== draft.state.request.runId) {
    return refuse(draft, 'k8s_concurrent_run_blocked', `Job ${job.name} was adopted by run ${owner ?? 'unknown'}`);
  }
  const { patchAllowed, adoptedFrom } = draft.state;
  if (patchAllowed && !isUnbegun(read)) {
    if (adoptedFrom === undefined) return finish(draft, { as: 'created', job: read, patchAllowed });
    const fromRunId = adoptedFrom.runId;
    return finish(draft, { as: 'adopted', job: read, fromRunId, patchAllowed, serverTime: undefined });
  }
  goTo(draft, next === 'unsuspend' ? { name: 'unsuspend', job: read } : { name: 'withdraw', job: read, next });
}

function gone(draft: AdmissionDraft, next: 'unsuspend' | Afterwards): void {
  if (next !== 'unsuspend') return proceed(draft, next, undefined);
  const detail = 'another client deleted the Job before it was started';
  refuse(draft, 'k8s_job_deleted_externally', detail, { cause: 'deleted_by_other' });
}

/** Our Job could not be withdrawn: it stays, suspended and never started, and is said so. */
function left(draft: AdmissionDraft, job: JobSnapshot, next: Afterwards, fault: ApiFault): void {
  if (next.is === 'list') {
    const detail = `Job ${job.name} gave way to a rival and could not be withdrawn; it is left suspended`;
    return refuse(draft, 'k8s_concurrent_run_blocked', detail, { fault });
  }
  if (next.is === 'refuse') {
    const detail = `${next.refusal.detail}; Job ${job.name} could not be withdrawn and is left suspended`;
    return finish(draft, { ...next.refusal, detail });
  }
  proceed(draft, next, job);
}

function proceed(draft: AdmissionDraft, next: Afterwards, job: JobSnapshot | undefined): void {
  const { stop, request } = draft.state;
  put(draft, { adoptedFrom: undefined });
  switch (next.is) {
    case 'list':
      enterPhase(draft, 'admit', 'a rival was first');
      return goTo(draft, { name: 'list' }, limit.contested * (0.5 + share(request.runId, draft.at)));
    case 'refuse':
      return finish(draft, next.refusal);
    case 'stop':
      return finish(draft, { as: 'stopped', why: stop?.why ?? 'cancelled', reason: stop?.reason ?? 'stopped', job });
  }
}

/** A number in [0, 1) of this run's own, so that two runs do not keep step. */
function share(runId: string, at: number): number {
  return createHash('sha256').update(`${runId}\n${at}`).digest().readUInt16BE(0) / 0x10000;
}
