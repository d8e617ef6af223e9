import { judge } from '../failure/verdict.ts';
import { admit, beginAdmission } from './admission/admit.ts';
import type { Admitting } from './admission/state.ts';
import { formatCursor } from './cursor.ts';
import { evidenceBefore, stopOf } from './evidence-of.ts';
import { beginHeld, decideHeld } from './held.ts';
import type { Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import type { Admission } from './phases/admission.ts';
import type { RunRequest } from './request.ts';
import type { Held } from './run.ts';
import type { Step } from './step.ts';
import type { Transition } from './transition.ts';

/** One run from its first moment to its verdict. Opaque to everyone but the core. */
export type Run = { readonly request: RunRequest; readonly startedAt: number } & (
  | { readonly is: 'admitting'; readonly admitting: Admitting }
  | { readonly is: 'held'; readonly held: Held }
  | { readonly is: 'ended'; readonly cursor: string | undefined }
);

export function begin(request: RunRequest, at: number): Step<Run> {
  const { runId, agentId, namespace, jobName } = request;
  const started: Transition = { type: 'run_started', at, runId, agentId, namespace, jobName };
  const step = admitted({ request, startedAt: at }, beginAdmission(request, at), at);
  return { ...step, transitions: [started, ...step.transitions] };
}

/** Folds one observation in. After the `finish` effect nothing more comes. */
export function decide(run: Run, seen: Observation): Step<Run> {
  switch (run.is) {
    case 'admitting':
      return admitted(run, admit(run.admitting, seen), seen.at);
    case 'held':
      return held(run, decideHeld(run.held, seen));
    case 'ended':
      return { state: run, effects: [], transitions: [], wakeAt: undefined };
  }
}

/** Where a later attach would go on. */
export function cursorOf(run: Run): string | undefined {
  if (run.is === 'ended') return run.cursor;
  return run.is === 'held' ? formatCursor(run.held.follow.window) : undefined;
}

type Known = Pick<Run, 'request' | 'startedAt'>;

function admitted({ request, startedAt }: Known, step: Step<Admitting>, at: number): Step<Run> {
  const { stage, stop } = step.state;
  if (stage.name !== 'done') {
    return { ...step, state: { request, startedAt, is: 'admitting', admitting: step.state } };
  }
  const { admission } = stage;
  if (admission.as === 'refused' || admission.as === 'stopped') {
    return after(step, withoutJob({ request, startedAt }, admission, at));
  }
  const began = held({ request, startedAt }, beginHeld(request, admission, startedAt, at));
  if (stop === undefined || began.state.is !== 'held') return after(step, began);
  // The stop was asked for while the Job came to life: now there is something to stop.
  const type = stop.why === 'cancelled' ? 'cancel_requested' : 'shutdown_requested';
  const stopped = decide(began.state, { type, at, reason: stop.reason });
  return after(step, after(began, stopped));
}

function held({ request, startedAt }: Known, step: Step<Held>): Step<Run> {
  const ended = step.state.phase.name === 'ended';
  return {
    ...step,
    state: ended
      ? { request, startedAt, is: 'ended', cursor: formatCursor(step.state.follow.window) }
      : { request, startedAt, is: 'held', held: step.state },
  };
}

function after(first: Pick<Step<unknown>, 'effects' | 'transitions'>, then: Step<Run>): Step<Run> {
  return {
    ...then,
    effects: [...first.effects, ...then.effects],
    transitions: [...first.transitions, ...then.transitions],
  };
}

function notAdopted(job: string): string {
  return `Job ${job} was not adopted yet: it is left as it is, and what it printed was not read`;
}

/** The run ends before it held a Job: the verdict rests on the refusal, or on our being asked to stop. */
function withoutJob(
  { request, startedAt }: Known,
  admission: Extract<Admission, { as: 'refused' | 'stopped' }>,
  at: number,
): Step<Run> {
  const why = admission.as === 'refused' ? { refusal: admission } : { stop: stopOf(admission, at), job: admission.job };
  const notes = admission.as === 'stopped' && request.start.as === 'attach' ? [notAdopted(request.start.job)] : [];
  const evidence = { ...evidenceBefore(request, why, startedAt, at), notes };
  const verdict = judge(evidence);
  const left = admission.as === 'stopped' && admission.job !== undefined;
  const outcome: Outcome = {
    verdict,
    result: undefined,
    evidence,
    cursor: undefined,
    job: left ? 'left_running' : 'none',
    promptDelivered: false,
  };
  const word = verdict.code ?? 'success';
  return {
    state: { request, startedAt, is: 'ended', cursor: undefined },
    effects: [{ do: 'finish', outcome }],
    transitions: [
      { type: 'phase_entered', at, phase: 'conclude', why: admission.as },
      { type: 'phase_left', at, phase: 'conclude', why: word, error: verdict.code ?? undefined },
      { type: 'run_ended', at, outcome },
    ],
    wakeAt: undefined,
  };
}
