import type { Effect } from '../effect.ts';
import type { Admission } from '../phases/admission.ts';
import type { RunRequest } from '../request.ts';
import type { Asking } from '../run.ts';
import type { JobSnapshot } from '../snapshot.ts';
import type { PhaseName, Transition } from '../transition.ts';

export type Refusal = Extract<Admission, { as: 'refused' }>;

/** What follows once our own Job is withdrawn. */
export type Afterwards = { is: 'list' } | { is: 'refuse'; refusal: Refusal } | { is: 'stop' };

/** Where the way to a Job of our own stands. Each stage but `bide` and `done` is one request, asked until it is answered. */
export type Stage =
  | { name: 'lock' }
  | { name: 'probe' }
  | { name: 'list' }
  | { name: 'inspect'; jobs: readonly JobSnapshot[]; serverTime: number }
  /** Somebody's dead admission is too young to be deleted: wait, then look again. */
  | { name: 'bide' }
  | { name: 'adopt'; job: JobSnapshot; fromRunId: string | undefined }
  | { name: 'abandon'; job: JobSnapshot }
  | { name: 'create' }
  /** The answer to our create was lost, or the name is taken: what is there? */
  | { name: 'find'; because: 'lost' | 'taken' }
  | { name: 'attach'; job: string }
  /** The agent's Jobs as they were at the moment ours came into being. */
  | { name: 'rivals'; job: JobSnapshot }
  | { name: 'secret'; job: JobSnapshot }
  | { name: 'unsuspend'; job: JobSnapshot }
  /** Our Job changed under a request, or its answer was lost: look again, then go on with `next`. */
  | { name: 'reread'; job: JobSnapshot; next: 'unsuspend' | Afterwards }
  | { name: 'withdraw'; job: JobSnapshot; next: Afterwards }
  | { name: 'done'; admission: Admission };

export interface Admitting {
  request: RunRequest;
  phase: Extract<PhaseName, 'admit' | 'create' | 'stage'> | undefined;
  stage: Stage;
  asking: Asking;
  patchAllowed: boolean;
  /** Set when the Job we hold was begun by an earlier run. */
  adoptedFrom: { runId: string | undefined } | undefined;
  /** Since when every request has failed for a reason that may pass. */
  troubleSince: number | undefined;
  /** When the first of our own Jobs gave way to a rival. */
  contestedSince: number | undefined;
  stop: { why: 'cancelled' | 'shutdown'; reason: string } | undefined;
}

export interface AdmissionDraft {
  state: Admitting;
  at: number;
  effects: Effect[];
  transitions: Transition[];
}

export function put(draft: AdmissionDraft, over: Partial<Admitting>): void {
  draft.state = { ...draft.state, ...over };
}

/** The next request, at once or after a pause. */
export function goTo(draft: AdmissionDraft, stage: Stage, delayMs = 0): void {
  put(draft, { stage, asking: { tries: 0, dueAt: draft.at + delayMs } });
}

export function enterPhase(draft: AdmissionDraft, phase: NonNullable<Admitting['phase']>, why: string): void {
  const from = draft.state.phase;
  if (from === phase) return;
  if (from !== undefined) {
    draft.transitions.push({ type: 'phase_left', at: draft.at, phase: from, why, error: undefined });
  }
  draft.transitions.push({ type: 'phase_entered', at: draft.at, phase, why });
  put(draft, { phase });
}

/** The end of the way; the lock is given back in the same step. */
export function finish(draft: AdmissionDraft, admission: Admission): void {
  const { phase } = draft.state;
  const error = admission.as === 'refused' ? admission.code : undefined;
  if (phase !== undefined) {
    draft.transitions.push({ type: 'phase_left', at: draft.at, phase, why: admission.as, error });
    draft.effects.push({ do: 'unlock_admission' });
  }
  put(draft, { phase: undefined, stage: { name: 'done', admission }, asking: { tries: 0, dueAt: undefined } });
}

export function refuse(
  draft: AdmissionDraft,
  code: Refusal['code'],
  detail: string,
  more: Partial<Pick<Refusal, 'cause' | 'fault'>> = {},
): void {
  finish(draft, refusal(code, detail, more));
}

export function refusal(
  code: Refusal['code'],
  detail: string,
  { cause, fault }: Partial<Pick<Refusal, 'cause' | 'fault'>> = {},
): Refusal {
  return { as: 'refused', code, cause, detail, fault };
}
