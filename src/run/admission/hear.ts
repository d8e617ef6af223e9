import { label } from '../../manifest/labels.ts';
import { type ApiFault, isTransient } from '../answer.ts';
import { backoff, limit } from '../limits.ts';
import type { Answered, Answers } from '../observation.ts';
import type { JobSnapshot } from '../snapshot.ts';
import { type Claims, claimants, classify, isOwned, isUnbegun, nameOf } from './classify.ts';
import { afterCreate, afterReread, afterRivals, afterWithdraw, found } from './own-job.ts';
import { type AdmissionDraft, enterPhase, finish, goTo, put, refuse } from './state.ts';

/** What admission itself waits for, beside the reasons that a cluster gives: each becomes a value of a metric's label. */
export type AdmissionWait = 'AbandonedAdmission';

/** Takes in the answer to the one request under way. */
export function hear(draft: AdmissionDraft, seen: Answered): void {
  if (draft.state.asking.dueAt !== undefined) return;
  const { answer } = seen;
  if (!answer.ok && isTransient(answer.fault)) return retry(draft, answer.fault);
  if (answer.ok) put(draft, { troubleSince: undefined });
  switch (seen.to) {
    case 'lock_admission':
      return goTo(draft, { name: 'probe' });
    case 'probe_patch':
      return afterProbe(draft, seen.answer.ok ? seen.answer.value : { allowed: true, logs: true });
    case 'list_agent_jobs':
      if (draft.state.stage.name === 'rivals') return afterRivals(draft, draft.state.stage.job, seen.answer);
      if (!seen.answer.ok) return guardFailed(draft, seen.answer.fault);
      return inspect(draft, seen.answer.value.jobs, seen.answer.serverTime ?? draft.at);
    case 'inspect_holders':
      if (!seen.answer.ok) return guardFailed(draft, seen.answer.fault);
      return decide(draft, seen.answer.value);
    case 'adopt_job':
      if (!seen.answer.ok) return notAdopted(draft, seen.answer.fault);
      return adopted(draft, seen.answer.value, seen.answer.serverTime);
    case 'delete_abandoned':
      // A conflict: it came alive. Gone already: somebody else removed it. Either way, look again.
      return goTo(draft, { name: 'list' });
    case 'create_job':
      return afterCreate(draft, seen.answer);
    case 'read_job':
      return afterRead(draft, seen.answer.ok ? seen.answer.value : seen.answer.fault);
    case 'create_secret':
      return afterSecret(draft, seen.answer.ok ? undefined : seen.answer.fault);
    case 'unsuspend_job':
      return afterUnsuspend(draft, seen.answer.ok ? seen.answer.value : seen.answer.fault);
    case 'withdraw_job':
      return afterWithdraw(draft, seen.answer.ok ? undefined : seen.answer.fault);
    default:
      return;
  }
}

function afterProbe(draft: AdmissionDraft, { allowed, logs }: Answers['probe_patch']): void {
  const { start, namespace } = draft.state.request;
  put(draft, { patchAllowed: allowed });
  if (!logs) {
    const detail = `this account may not get pods/log in namespace ${namespace}: the output could never be read`;
    return refuse(draft, start.as === 'attach' ? 'k8s_pod_reattach_failed' : 'k8s_job_create_failed', detail, {
      cause: 'rbac',
    });
  }
  if (!draft.state.patchAllowed) {
    const lost = 'no adoption, admission per process only, and a deletion can not be told from our own';
    draft.effects.push({ do: 'say', text: `patching Jobs is not allowed here: ${lost}` });
  }
  goTo(draft, start.as === 'attach' ? { name: 'attach', job: start.job } : { name: 'list' });
}

function inspect(draft: AdmissionDraft, all: readonly JobSnapshot[], serverTime: number): void {
  const jobs = claimants(all);
  if (jobs.length === 0) return goTo(draft, { name: 'create' });
  goTo(draft, { name: 'inspect', jobs, serverTime });
}

function decide(draft: AdmissionDraft, holders: Claims['holders']): void {
  const { stage, request, patchAllowed } = draft.state;
  if (stage.name !== 'inspect') return;
  if (request.start.as === 'attach') return decideAttach(draft, stage.jobs[0], holders);
  const found = classify({ request, jobs: stage.jobs, holders, patchAllowed, serverTime: stage.serverTime });
  switch (found.is) {
    case 'free':
      return goTo(draft, { name: 'create' });
    case 'refused':
      return finish(draft, found.refusal);
    case 'adopt':
      return goTo(draft, { name: 'adopt', job: found.job, fromRunId: found.job.labels[label.runId] });
    case 'abandoned':
      return goTo(draft, { name: 'abandon', job: found.job });
    case 'bide':
      tellWaiting(draft, 'AbandonedAdmission');
      return goTo(draft, { name: 'bide' }, Math.min(found.forMs, limit.abandoned));
  }
}

function tellWaiting(draft: AdmissionDraft, reason: AdmissionWait): void {
  draft.transitions.push({ type: 'waiting', at: draft.at, reason, message: undefined });
}

/** A person named the Job: only a living owner stands in the way. */
function decideAttach(draft: AdmissionDraft, job: JobSnapshot | undefined, holders: Claims['holders']): void {
  if (job === undefined) return;
  if (isOwned(holders[job.uid]))
    return refuse(draft, 'k8s_concurrent_run_blocked', `${nameOf(job)} belongs to a living process`);
  goTo(draft, { name: 'adopt', job, fromRunId: job.labels[label.runId] });
}

function adopted(draft: AdmissionDraft, job: JobSnapshot, serverTime: number | undefined): void {
  const { stage, request, patchAllowed } = draft.state;
  if (stage.name !== 'adopt') return;
  const { fromRunId } = stage;
  // As it was before: the answer already carries our own trace.
  const linkTo = stage.job.marks.traceparent;
  draft.transitions.push({ type: 'job_adopted', at: draft.at, job: job.name, uid: job.uid, fromRunId, linkTo });
  if (isUnbegun(job)) {
    put(draft, { adoptedFrom: fromRunId === request.runId ? undefined : { runId: fromRunId } });
    return goTo(draft, { name: 'rivals', job });
  }
  finish(draft, { as: 'adopted', job, fromRunId, patchAllowed, serverTime });
}

function notAdopted(draft: AdmissionDraft, fault: ApiFault): void {
  const { stage } = draft.state;
  if (stage.name !== 'adopt') return;
  if (fault.kind === 'not_found') return lookAgain(draft);
  const detail = `${nameOf(stage.job)} was not adopted`;
  if (fault.kind !== 'conflict') return refuse(draft, 'k8s_concurrent_run_blocked', detail, { fault });
  // The Job changed since it was listed: by its controller, or by another run that adopted it first.
  lookAgain(draft);
}

/** Who comes back to a Job by its name wants that one or none: a new Job would have no prompt. */
function lookAgain(draft: AdmissionDraft): void {
  const { start } = draft.state.request;
  goTo(draft, start.as === 'attach' ? { name: 'attach', job: start.job } : { name: 'list' });
}

function afterRead(draft: AdmissionDraft, read: JobSnapshot | ApiFault): void {
  const { stage } = draft.state;
  const job = 'uid' in read ? read : undefined;
  switch (stage.name) {
    case 'attach':
      if (job !== undefined) return goTo(draft, { name: 'inspect', jobs: [job], serverTime: draft.at });
      return refuse(draft, 'k8s_pod_reattach_failed', whyUnread(stage.job, read as ApiFault), {
        fault: read as ApiFault,
      });
    case 'find':
      return found(draft, stage.because, read);
    case 'reread':
      return afterReread(draft, stage.job, stage.next, read);
    default:
      return;
  }
}

function whyUnread(job: string, { kind }: ApiFault): string {
  if (kind !== 'not_found') return `Job ${job} can not be read`;
  return `Job ${job} is gone, and what it printed and nobody has read is lost`;
}

function afterSecret(draft: AdmissionDraft, fault: ApiFault | undefined): void {
  const { stage, patchAllowed } = draft.state;
  if (stage.name !== 'secret') return;
  // Its name is the Job's: one that is already there is an earlier try of ours whose answer was lost.
  if (fault === undefined || fault.kind === 'conflict') {
    if (patchAllowed) return goTo(draft, { name: 'unsuspend', job: stage.job });
    return finish(draft, { as: 'created', job: stage.job, patchAllowed });
  }
  const detail = `the Secret of Job ${stage.job.name} could not be created`;
  const refused = { as: 'refused', code: 'k8s_prompt_secret_create_failed', cause: undefined, detail, fault } as const;
  goTo(draft, { name: 'withdraw', job: stage.job, next: { is: 'refuse', refusal: refused } });
}

function afterUnsuspend(draft: AdmissionDraft, answer: JobSnapshot | ApiFault): void {
  const { stage, patchAllowed, adoptedFrom } = draft.state;
  if (stage.name !== 'unsuspend') return;
  if (!('uid' in answer)) return goTo(draft, { name: 'reread', job: stage.job, next: 'unsuspend' });
  finish(
    draft,
    adoptedFrom === undefined
      ? { as: 'created', job: answer, patchAllowed }
      : { as: 'adopted', job: answer, fromRunId: adoptedFrom.runId, patchAllowed, serverTime: undefined },
  );
}

function guardFailed(draft: AdmissionDraft, fault: ApiFault): void {
  refuse(draft, 'k8s_concurrency_guard_unreachable', "the agent's Jobs could not be listed", { fault });
}

/** The same request again after a pause, within a bound. A write whose answer was lost may have been carried out: look first. */
function retry(draft: AdmissionDraft, fault: ApiFault): void {
  const { state, at } = draft;
  const { stage, asking } = state;
  const troubleSince = state.troubleSince ?? at;
  put(draft, { troubleSince });
  draft.transitions.push({ type: 'request_retried', at, call: fault.call, fault: fault.kind, tries: asking.tries });
  if (at - troubleSince >= limit.admission) return giveUp(draft, fault);
  const dueAt = at + backoff(asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
  const again = { tries: asking.tries, dueAt };
  if (stage.name === 'create') return put(draft, { stage: { name: 'find', because: 'lost' }, asking: again });
  if (stage.name === 'unsuspend') {
    return put(draft, { stage: { name: 'reread', job: stage.job, next: 'unsuspend' }, asking: again });
  }
  if (stage.name === 'withdraw') {
    return put(draft, { stage: { name: 'reread', job: stage.job, next: stage.next }, asking: again });
  }
  put(draft, { asking: again });
}

function giveUp(draft: AdmissionDraft, fault: ApiFault): void {
  const { stage, phase, patchAllowed } = draft.state;
  const job = 'job' in stage && typeof stage.job === 'object' ? stage.job : undefined;
  if (stage.name === 'secret') {
    return refuse(draft, 'k8s_prompt_secret_create_failed', 'the Secret could not be created', { fault });
  }
  if (phase === 'create' || phase === 'stage') {
    const asked = stage.name === 'reread' && stage.next === 'unsuspend';
    const state = asked ? 'may have been started: that is not known' : 'is left suspended and never started';
    const left = job === undefined || !patchAllowed ? '' : `; Job ${job.name} ${state}`;
    return refuse(draft, 'k8s_job_create_failed', `the API did not answer${left}`, { fault });
  }
  enterPhase(draft, 'admit', 'the API did not answer');
  guardFailed(draft, fault);
}
