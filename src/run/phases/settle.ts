import { isJobInDoubt } from '../../failure/ending.ts';
import { judge } from '../../failure/verdict.ts';
import type { ApiFault } from '../answer.ts';
import { isTransient } from '../answer.ts';
import { formatCursor } from '../cursor.ts';
import type { Evidence } from '../evidence.ts';
import { evidenceOf } from '../evidence-of.ts';
import { isQueued, loseJob, seeJob } from '../facts.ts';
import { backoff, limit } from '../limits.ts';
import { isOverdue } from '../lost-node.ts';
import type { AbsenceRoute, Answers } from '../observation.ts';
import type { Outcome } from '../outcome.ts';
import { askNow, awaiting, change, type Draft, enter, isDue, newSchedule, type Phase } from '../run.ts';
import type { JobSnapshot } from '../snapshot.ts';
import type { LookupState } from '../transition.ts';
import { beginCleanup } from './clean.ts';

/** The Job or pod is absent: before anything is called gone, the Job is read directly, by name and uid. */
export function verify(draft: Draft, route: AbsenceRoute, why: string): void {
  enter(draft, { name: 'verify', route, since: draft.at, asking: askNow(draft.at) }, why);
  driveVerify(draft);
}

export function driveVerify(draft: Draft): void {
  const { phase, facts, request } = draft.run;
  if (phase.name !== 'verify' || !isDue(phase.asking, draft.at)) return;
  draft.effects.push({ do: 'read_job', name: facts.job?.name ?? request.jobName });
  change(draft, { phase: { ...phase, asking: awaiting(phase.asking) } });
}

/** `gone` needs a 404, or another uid under our name; every other answer leaves it open. */
export function verified(draft: Draft, answer: JobSnapshot | 'gone' | ApiFault): void {
  const { at, run } = draft;
  const { phase } = run;
  const asked = { ...run.facts, jobAskedAt: at };
  if (answer !== 'gone' && 'kind' in answer) return unverified(draft, answer);
  const route = phase.name === 'verify' && isAfterEnd(phase) ? phase.route : 'grace-period-verify-404';
  const uid = asked.job?.uid ?? '';
  const facts = answer === 'gone' ? loseJob(asked, uid, undefined, route, at) : seeJob(asked, answer, at);
  change(draft, { facts });
  if (phase.name !== 'verify') return;
  const word = answer === 'gone' ? answer : 'present';
  draft.transitions.push({ type: 'verified', at, answer: word, route });
  if (word === 'present' && isQueued(facts) && !facts.agentStarted && facts.end === undefined) {
    return enter(draft, newSchedule(run.request.limits.scheduleTimeoutSec, at), 'a queue holds the Job again');
  }
  lookUp(draft, `the Job is ${word}`);
}

function unverified(draft: Draft, fault: ApiFault): void {
  const { at, run } = draft;
  const { phase, facts } = run;
  if (phase.name !== 'verify') return;
  const route = isAfterEnd(phase) ? phase.route : 'grace-period-verify-404';
  draft.transitions.push({ type: 'verified', at, answer: 'unverifiable', route });
  if (isTransient(fault) && !(isAfterEnd(phase) && at - phase.since >= limit.jobRead)) {
    const dueAt = at + backoff(phase.asking.tries, limit.retryFirst, limit.retryMax, fault.retryAfterMs);
    return change(draft, { phase: { ...phase, asking: { ...phase.asking, dueAt } } });
  }
  if (isAfterEnd(phase)) {
    const note = `whether Job ${facts.job?.name ?? ''} was deleted could not be asked (${fault.call}: ${fault.message})`;
    const apiDown = facts.apiDown ?? { since: at, fault };
    change(draft, { notes: [...run.notes, note], facts: { ...facts, jobAskedAt: at, apiDown } });
  }
  lookUp(draft, `the Job can not be read: ${fault.message}`);
}

/** The container's end is known: only what stopped it is asked for. */
export function isAfterEnd({ route }: Extract<Phase, { name: 'verify' }>): boolean {
  return route === 'completion-poll-404';
}

/** The container's end, once more and always before our own clean-up. */
export function lookUp(draft: Draft, why: string): void {
  enter(draft, { name: 'pod_lookup', asking: askNow(draft.at) }, why);
  if (draft.run.facts.end === undefined) return driveLookup(draft);
  if (isUnread(draft)) enter(draft, { name: 'stream' }, unread);
  else found(draft, 'terminated', 1);
}

export function driveLookup(draft: Draft): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'pod_lookup' || !isDue(phase.asking, draft.at)) return;
  if (facts.job === undefined) return found(draft, 'gone', phase.asking.tries + 1);
  draft.effects.push({ do: 'read_pods', jobUid: facts.job.uid });
  change(draft, { phase: { ...phase, asking: awaiting(phase.asking) } });
}

export function lookedUp(draft: Draft, answer: Answers['read_pods'] | ApiFault): void {
  const { phase, facts } = draft.run;
  if (phase.name !== 'pod_lookup') return;
  const { tries } = phase.asking;
  if ('kind' in answer) {
    draft.transitions.push({ type: 'lookup', at: draft.at, attempt: tries, state: 'unreachable' });
    if (!isTransient(answer)) return found(draft, 'unreachable', answer);
    return again(draft, backoff(tries, limit.retryFirst, limit.retryMax, answer.retryAfterMs));
  }
  const pod =
    answer.pods.find(({ uid }) => uid === facts.pod?.uid) ?? (facts.pod === undefined ? answer.pods[0] : undefined);
  const state = stateOf(draft, pod !== undefined);
  if (state === 'terminated' && isUnread(draft)) {
    draft.transitions.push({ type: 'lookup', at: draft.at, attempt: tries, state });
    return enter(draft, { name: 'stream' }, unread);
  }
  if (state === 'running' && isAtWork(draft)) {
    draft.transitions.push({ type: 'lookup', at: draft.at, attempt: tries, state });
    const { agentStarted } = draft.run.facts;
    const schedule = newSchedule(draft.run.request.limits.scheduleTimeoutSec, draft.at);
    return enter(draft, agentStarted ? { name: 'stream' } : schedule, 'the container is alive');
  }
  if (state !== 'lagging' || tries >= limit.lookupTries) return found(draft, state, tries);
  draft.transitions.push({ type: 'lookup', at: draft.at, attempt: tries, state });
  again(draft, limit.lookupEvery);
}

const unread = 'the container has ended and its output is still to be read';

/** The end was seen on another way than by the stream: its log was not read to the end, or not at all, and is still there. */
function isUnread({ run }: Draft): boolean {
  return run.follow.state === 'reading' && run.facts.podGone === undefined && run.stop === undefined;
}

/** A container that is seen to run, or to wait, is life: nobody stopped it, and its pod is there. */
function isAtWork({ run }: Draft): boolean {
  const state = run.facts.pod?.agent?.state.is;
  return run.stop === undefined && run.facts.podGone === undefined && (state === 'running' || state === 'waiting');
}

function stateOf({ run, at }: Draft, present: boolean): LookupState {
  const { facts } = run;
  if (facts.end !== undefined) return 'terminated';
  if (!present) return 'gone';
  if (isOverdue(facts, at)) return 'unreachable';
  const phase = facts.pod?.phase;
  return phase === 'Succeeded' || phase === 'Failed' ? 'lagging' : 'running';
}

function again(draft: Draft, delayMs: number): void {
  const { phase } = draft.run;
  if (phase.name !== 'pod_lookup') return;
  change(draft, { phase: { ...phase, asking: { ...phase.asking, dueAt: draft.at + delayMs } } });
}

/** `by` is the number of the look that found it, or what kept all looks from seeing anything. */
export function found(draft: Draft, state: LookupState, by: number | ApiFault): void {
  const { facts } = draft.run;
  if (state === 'terminated' && mustAskForJob(draft)) {
    return verify(draft, 'completion-poll-404', 'something stopped the container, and nothing says what');
  }
  if (typeof by === 'object')
    change(draft, { facts: { ...facts, apiDown: facts.apiDown ?? { since: draft.at, fault: by } } });
  else draft.transitions.push({ type: 'lookup', at: draft.at, attempt: by, state });
  change(draft, { lookup: state });
  conclude(draft, `the container is ${state}`);
}

/** A watch may be silent without a word: that it has shown no deletion of the Job is no proof that there was none. */
function mustAskForJob({ run, at }: Draft): boolean {
  const { job, jobAskedAt = 0, endSeenAt = at } = run.facts;
  return job !== undefined && jobAskedAt < endSeenAt && isJobInDoubt(evidenceOf(run, at));
}

export function conclude(draft: Draft, why: string): void {
  const { run, at } = draft;
  const from = run.phase.name;
  const evidence = evidenceOf(run, at);
  const verdict = judge(evidence);
  draft.transitions.push({ type: 'phase_left', at, phase: from, why, error: undefined });
  draft.transitions.push({ type: 'phase_entered', at, phase: 'conclude', why });
  tellLoss(draft, evidence);
  tellLag(draft, evidence);
  const outcome: Outcome = {
    verdict,
    result: run.transcript.result,
    evidence,
    cursor: formatCursor(run.follow.window),
    job: 'none',
    promptDelivered: run.promptDelivered,
  };
  draft.transitions.push({
    type: 'phase_left',
    at,
    phase: 'conclude',
    why: verdict.code ?? 'success',
    error: verdict.code ?? undefined,
  });
  beginCleanup(draft, outcome);
}

/** Told with the verdict, which rests on the same evidence. Our own delete was told when it was answered. */
function tellLoss({ run, at, transitions }: Draft, { jobLoss }: Evidence): void {
  if (jobLoss === undefined || jobLoss.by === 'self' || run.deletedAt !== undefined) return;
  transitions.push({ type: 'job_deleted', at, by: jobLoss.by, route: jobLoss.route });
}

/** Where the condition came in time to be seen: a verdict does not wait for it. A Job that was ended by its condition has none. */
function tellLag({ at, transitions }: Draft, { job, container }: Evidence): void {
  const finished = job?.conditions.find(({ type, status }) => isEnd(type) && status === 'True')?.at;
  if (container.known !== 'terminated' || container.finishedAt === undefined || finished === undefined) return;
  if (finished < container.finishedAt) return;
  transitions.push({ type: 'condition_lag', at, seconds: (finished - container.finishedAt) / 1000 });
}

function isEnd(type: string): boolean {
  return type === 'Complete' || type === 'Failed';
}
