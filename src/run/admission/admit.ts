import type { Effect } from '../effect.ts';
import type { Observation } from '../observation.ts';
import type { RunRequest } from '../request.ts';
import { awaiting, isDue } from '../run.ts';
import type { Step } from '../step.ts';
import { hear } from './hear.ts';
import { type AdmissionDraft, type Admitting, enterPhase, put, refuse } from './state.ts';
import { stopNow } from './stop.ts';

/**
 * The way to a Job of our own: one living Job per agent, across processes, by the Kubernetes API alone. A Job is created
 * suspended; the agent's Jobs at that very moment of the API's history show who was first. Who sees a rival withdraws.
 */
export function beginAdmission(request: RunRequest, at: number): Step<Admitting> {
  const state: Admitting = {
    request,
    phase: undefined,
    stage: { name: 'lock' },
    asking: { tries: 0, dueAt: at },
    patchAllowed: true,
    adoptedFrom: undefined,
    troubleSince: undefined,
    contestedSince: undefined,
    stop: undefined,
  };
  const draft: AdmissionDraft = { state, at, effects: [], transitions: [] };
  if (request.agentLabel === undefined) {
    const id = JSON.stringify(request.agentId).slice(0, 200);
    refuse(draft, 'k8s_agent_id_invalid', `no label can be made of the agent id ${id}`);
  } else {
    enterPhase(draft, 'admit', 'run started');
  }
  return settle(draft);
}

/** Folds one observation in. `stage.name` is `done` when the way has ended. */
export function admit(state: Admitting, seen: Observation): Step<Admitting> {
  const draft: AdmissionDraft = { state, at: seen.at, effects: [], transitions: [] };
  if (state.stage.name !== 'done') {
    if (seen.type === 'answered') hear(draft, seen);
    if (seen.type === 'cancel_requested' || seen.type === 'shutdown_requested') {
      const why = seen.type === 'cancel_requested' ? 'cancelled' : 'shutdown';
      put(draft, { stop: state.stop ?? { why, reason: seen.reason } });
    }
    // What is under way is answered first: only then is it known what there is to undo.
    if (draft.state.stop !== undefined && draft.state.asking.dueAt !== undefined) stopNow(draft);
  }
  return settle(draft);
}

function settle(draft: AdmissionDraft): Step<Admitting> {
  ask(draft);
  const { state, effects, transitions } = draft;
  return { state, effects, transitions, wakeAt: state.asking.dueAt };
}

function ask(draft: AdmissionDraft): void {
  const { stage, asking } = draft.state;
  if (!isDue(asking, draft.at)) return;
  const effect = requestOf(draft.state);
  if (effect === undefined) return;
  if (stage.name === 'create') enterPhase(draft, 'create', 'nobody is in the way');
  if (stage.name === 'secret') enterPhase(draft, 'stage', 'the Job owns the Secret');
  draft.effects.push(effect);
  put(draft, { asking: awaiting(asking) });
}

function requestOf({ stage, request, patchAllowed }: Admitting): Effect | undefined {
  switch (stage.name) {
    case 'lock':
      return { do: 'lock_admission' };
    case 'probe':
      return { do: 'probe_patch' };
    case 'bide':
    case 'list':
      return { do: 'list_agent_jobs', exactVersion: undefined };
    case 'inspect':
      return { do: 'inspect_holders', jobs: stage.jobs };
    case 'adopt':
      return { do: 'adopt_job', job: stage.job };
    case 'abandon':
      return { do: 'delete_abandoned', job: stage.job };
    case 'create':
      return { do: 'create_job', suspended: patchAllowed };
    case 'find':
      return { do: 'read_job', name: request.jobName };
    case 'attach':
      return { do: 'read_job', name: stage.job };
    case 'rivals':
      return { do: 'list_agent_jobs', exactVersion: stage.job.resourceVersion };
    case 'secret':
      return { do: 'create_secret', job: stage.job };
    case 'unsuspend':
      return { do: 'unsuspend_job', job: stage.job };
    case 'reread':
      return { do: 'read_job', name: stage.job.name };
    case 'withdraw':
      return { do: 'withdraw_job', job: stage.job };
    case 'done':
      return undefined;
  }
}
