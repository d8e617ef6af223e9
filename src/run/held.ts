import { emptyTranscript, readLines } from '../claude/transcript.ts';
import { label } from '../manifest/labels.ts';
import { isTransient } from './answer.ts';
import { loseJob, losePod, noFacts, seeJob, seeNode, seePod } from './facts.ts';
import { driveFollow, newFollow } from './follow.ts';
import { readLog } from './follow-log.ts';
import { limit } from './limits.ts';
import type { Observation } from './observation.ts';
import type { Admission } from './phases/admission.ts';
import { cleaned, driveCleanup, leave } from './phases/clean.ts';
import { driveFlow } from './phases/flow.ts';
import { driveHalt, halt, halted, rechecked } from './phases/halt.ts';
import { driveSchedule, eventsAnswered, looked } from './phases/schedule.ts';
import { conclude, driveLookup, driveVerify, lookedUp, verified } from './phases/settle.ts';
import type { RunRequest } from './request.ts';
import { change, type Draft, type Held, logView, newSchedule } from './run.ts';
import type { Step } from './step.ts';
import { timedFrom } from './time-limit.ts';
import type { Transition } from './transition.ts';
import { keepVigil, nodeForbidden } from './vigil.ts';
import { nextWake } from './wake.ts';

/** A run begins to hold its Job: the pod is looked for and watched. */
export function beginHeld(
  request: RunRequest,
  admission: Extract<Admission, { as: 'created' | 'adopted' }>,
  startedAt: number,
  at: number,
): Step<Held> {
  const adopted = admission.as === 'adopted';
  const { start } = request;
  // Who comes back to a Job by name brings no prompt.
  const promptDelivered = !adopted || start.as === 'attach' || admission.job.marks.promptHash === request.promptHash;
  const cursor = start.as === 'attach' ? start.cursor : undefined;
  const run: Held = {
    request,
    startedAt: adopted ? (admission.job.startedAt ?? startedAt) : startedAt,
    timedFrom: timedFrom(admission, at),
    patchAllowed: admission.patchAllowed,
    adopted,
    promptDelivered,
    phase: newSchedule(request.limits.scheduleTimeoutSec, at),
    facts: seeJob(noFacts(request.runId), admission.job, at),
    events: [],
    follow: newFollow(cursor, at),
    transcript: emptyTranscript,
    stop: undefined,
    deletedAt: undefined,
    lookup: undefined,
    vigil: { renewAt: at + limit.renew, keepAliveAt: at, silenceAt: limit.silence, apiReportAt: at, nodeAt: at },
    notes: promptDelivered ? [] : ['the prompt of this run was not delivered: the adopted Job runs an earlier one'],
  };
  const draft: Draft = { run, at, effects: [{ do: 'watch', jobUid: admission.job.uid }], transitions: [] };
  draft.transitions.push({ type: 'phase_entered', at, phase: 'schedule', why: admission.as });
  if (adopted) {
    draft.effects.push({
      do: 'say',
      text: `adopted Job ${admission.job.name} of run ${admission.fromRunId ?? 'unknown'}${promptDelivered ? '' : '; the prompt of this run was not delivered'}`,
    });
  }
  return settle(draft);
}

/** Folds one observation in and does what has become due. */
export function decideHeld(run: Held, seen: Observation): Step<Held> {
  const draft: Draft = { run, at: seen.at, effects: [], transitions: [] };
  if (run.phase.name === 'ended') return settle(draft);
  hear(draft, seen);
  drive(draft);
  return settle(draft);
}

function settle({ run, effects, transitions }: Draft): Step<Held> {
  return { state: run, effects, transitions, wakeAt: nextWake(run) };
}

function drive(draft: Draft): void {
  handOver(draft);
  driveSchedule(draft);
  if (['stream', 'grace', 'cancel'].includes(draft.run.phase.name)) {
    const step = driveFollow(draft.run.follow, logView(draft.run.facts), draft.at);
    draft.effects.push(...step.effects);
    draft.transitions.push(...step.transitions);
    change(draft, { follow: step.follow });
  }
  driveFlow(draft);
  driveVerify(draft);
  driveLookup(draft);
  driveHalt(draft);
  driveCleanup(draft);
  keepVigil(draft);
}

/** A Job that another run has adopted is that run's, even when we were stopping it: it is let go without a word to the cluster. */
function handOver(draft: Draft): void {
  const { facts, request, phase, stop } = draft.run;
  const owner = facts.job?.labels[label.runId];
  if (owner === undefined || owner === request.runId || stop?.why === 'handed_over' || phase.name === 'cleanup') return;
  change(draft, { stop: { why: 'handed_over', at: draft.at, to: `run ${owner}` } });
  conclude(draft, 'the Job was adopted by another run');
}

function hear(draft: Draft, seen: Observation): void {
  const { at } = seen;
  const { facts } = draft.run;
  switch (seen.type) {
    case 'tick':
      return;
    case 'job_seen':
      return change(draft, { facts: seeJob(facts, seen.job, at) });
    case 'job_gone':
      return change(draft, { facts: loseJob(facts, seen.uid, seen.last, seen.route, at) });
    case 'pod_seen':
      return takePod(draft, seePod(facts, seen.pod, at));
    case 'pod_gone':
      return takePod(draft, losePod(facts, seen.uid, seen.last, seen.route, at));
    case 'watch_degraded':
      draft.transitions.push({ type: 'watch_degraded', at, kind: seen.kind, fault: seen.fault.kind });
      if (seen.fault.kind !== 'unauthorized' && !isTransient(seen.fault)) {
        draft.effects.push({ do: 'say', text: `${seen.fault.call} is not allowed here: the list is polled instead` });
        return;
      }
      return change(draft, { facts: { ...facts, apiDown: facts.apiDown ?? { since: at, fault: seen.fault } } });
    case 'watch_recovered':
      return change(draft, { facts: { ...facts, apiDown: undefined } });
    case 'log_opened':
    case 'log_received':
    case 'log_ended': {
      const step = readLog(draft.run.follow, logView(facts), seen);
      draft.effects.push(...step.effects);
      draft.transitions.push(...step.transitions);
      const known = step.afresh ? emptyTranscript : draft.run.transcript;
      return change(draft, { follow: step.follow, transcript: readLines(known, step.lines) });
    }
    case 'cancel_requested': {
      const resultBefore = draft.run.transcript.result !== undefined;
      return halt(draft, { why: 'cancelled', at, reason: seen.reason, resultBefore });
    }
    case 'shutdown_requested':
      return shutDown(draft, seen.reason);
    case 'answered':
      return hearAnswer(draft, seen);
  }
}

/** A shutdown never touches a living Job: its holder lets go, and the next process comes back to it. */
function shutDown(draft: Draft, reason: string): void {
  const { facts, phase, stop, patchAllowed } = draft.run;
  // The verdict is known: the host gets it now, and the Job is left to the next process.
  if (phase.name === 'cleanup') return leave(draft);
  if (stop !== undefined || phase.name === 'ended') return;
  change(draft, { stop: { why: 'handed_over', at: draft.at, to: `the next process (${reason})` } });
  if (patchAllowed && facts.job !== undefined) draft.effects.push({ do: 'release_holder', job: facts.job });
  if (draft.run.follow.open !== undefined)
    draft.effects.push({ do: 'close_log', attempt: draft.run.follow.open.number });
  conclude(draft, reason);
}

function hearAnswer(draft: Draft, seen: Extract<Observation, { type: 'answered' }>): void {
  switch (seen.to) {
    case 'read_job': {
      const { answer } = seen;
      if (draft.run.phase.name === 'cleanup') return cleaned(draft, answer);
      if (!answer.ok) return verified(draft, answer.fault.kind === 'not_found' ? 'gone' : answer.fault);
      const present = answer.value.uid === draft.run.facts.job?.uid;
      return verified(draft, present ? answer.value : 'gone');
    }
    case 'read_pods': {
      if (seen.answer.ok) {
        for (const pod of seen.answer.value.pods) takePod(draft, seePod(draft.run.facts, pod, seen.at));
      }
      if (draft.run.phase.name === 'schedule') return looked(draft, seen.answer.ok ? undefined : seen.answer.fault);
      if (draft.run.phase.name === 'cancel')
        return rechecked(draft, seen.answer.ok ? seen.answer.value.pods : undefined);
      return lookedUp(draft, seen.answer.ok ? seen.answer.value : seen.answer.fault);
    }
    case 'read_node':
      if (seen.answer.ok) return change(draft, { facts: seeNode(draft.run.facts, seen.answer.value) });
      return isTransient(seen.answer.fault) ? undefined : nodeForbidden(draft);
    case 'list_events':
      if (seen.answer.ok) change(draft, { events: seen.answer.value.events });
      return eventsAnswered(draft);
    case 'conclude_job':
    case 'delete_job':
      return draft.run.phase.name === 'cancel' ? halted(draft, seen.answer) : cleaned(draft, seen.answer);
    case 'renew_holder':
    case 'release_holder':
    // The rest belongs to the admission, which is over.
    case 'lock_admission':
    case 'list_agent_jobs':
    case 'inspect_holders':
    case 'probe_patch':
    case 'create_job':
    case 'create_secret':
    case 'unsuspend_job':
    case 'withdraw_job':
    case 'adopt_job':
    case 'delete_abandoned':
      return;
  }
}

function takePod(draft: Draft, facts: Held['facts']): void {
  const before = draft.run.facts;
  const news: Transition[] = [];
  const { pod, end } = facts;
  const at = draft.at;
  if (pod !== undefined && before.pod?.uid !== pod.uid) {
    news.push({ type: 'pod_seen', at, pod: pod.name, uid: pod.uid, node: pod.nodeName });
  }
  if (pod !== undefined && facts.agentStarted && !before.agentStarted) {
    const state = pod.agent?.state;
    const startedAt = state?.is === 'running' || state?.is === 'terminated' ? state.startedAt : end?.startedAt;
    news.push({ type: 'container_started', at, pod: pod.name, startedAt });
  }
  if (pod !== undefined && end !== undefined && before.end === undefined) {
    const { exitCode, reason, finishedAt } = end;
    news.push({ type: 'container_ended', at, pod: pod.name, exitCode, reason, finishedAt });
  }
  draft.transitions.push(...news);
  change(draft, { facts });
}
