import { emptyTranscript } from '../claude/transcript.ts';
import { anchorOf } from './cursor.ts';
import type { ContainerEnd, Evidence, Stop } from './evidence.ts';
import { newFollow } from './follow.ts';
import { isFinished } from './loss.ts';
import type { Admission } from './phases/admission.ts';
import type { Held } from './run.ts';

/** All that the verdict may rest on, from the state at the end. */
export function evidenceOf(run: Held, at: number): Evidence {
  const { facts, request } = run;
  return {
    runId: request.runId,
    jobName: facts.job?.name ?? request.jobName,
    namespace: request.namespace,
    model: run.transcript.model ?? request.model,
    startedAt: run.startedAt,
    at,
    refusal: podLost(run),
    stop: run.stop,
    transcript: run.transcript,
    container: containerEnd(run),
    agentStarted: facts.agentStarted,
    job: facts.job,
    jobLoss: facts.jobLoss,
    pod: facts.pod,
    podGone: facts.podGone,
    node: facts.node,
    nodeSeenNotReady: facts.nodeSeenNotReady,
    events: run.events,
    log: run.follow.account,
    apiFault: facts.apiDown?.fault,
    notes: run.notes,
  };
}

/** An adopted Job that had its pod, and has it no longer, has nothing left to tell. One that never had any still fails to start. */
function podLost({ adopted, facts, lookup, follow }: Held): Evidence['refusal'] {
  if (!adopted || facts.pod !== undefined || lookup !== 'gone') return undefined;
  const ended = facts.jobLoss !== undefined || (facts.job !== undefined && isFinished(facts.job));
  if (!ended && anchorOf(follow.window) === undefined) return undefined;
  const detail = `Job ${facts.job?.name ?? ''} was adopted, but no pod of it is there any more: its output is lost`;
  return { code: 'k8s_pod_reattach_failed', cause: undefined, detail, fault: facts.apiDown?.fault };
}

function containerEnd({ facts, lookup, events }: Held): ContainerEnd {
  if (facts.end !== undefined) return facts.end;
  const made = events.some(({ reason }) => reason === 'SuccessfulCreate');
  const unseen =
    facts.pod === undefined
      ? facts.job !== undefined && (made || isFinished(facts.job))
      : lookup === 'gone' && facts.podGone !== 'watch-deleted';
  const living = lookup === 'running' || lookup === 'unreachable';
  if (!facts.agentStarted && !living && !unseen) return { known: 'never_started' };
  return { known: lookup === undefined || lookup === 'terminated' ? 'lagging' : lookup };
}

/** Who a run is, for its evidence. */
export type Identity = Pick<Evidence, 'runId' | 'jobName' | 'namespace' | 'model'>;

/** What is known of a run that ends before it held a Job. `job` is what exists of ours and was left. */
export function evidenceBefore(
  { runId, jobName, namespace, model }: Identity,
  why: { refusal: NonNullable<Evidence['refusal']> } | { stop: Stop; job: Evidence['job'] },
  startedAt: number,
  at: number,
): Evidence {
  const refusal = 'refusal' in why ? why.refusal : undefined;
  return {
    runId,
    jobName,
    namespace,
    model,
    startedAt,
    at,
    refusal,
    stop: 'stop' in why ? why.stop : undefined,
    transcript: emptyTranscript,
    container: { known: 'never_started' },
    agentStarted: false,
    job: 'job' in why ? why.job : undefined,
    jobLoss: undefined,
    pod: undefined,
    podGone: undefined,
    node: undefined,
    nodeSeenNotReady: false,
    events: [],
    log: newFollow(undefined, at).account,
    apiFault: refusal?.fault,
    notes: [],
  };
}

/** How an admission that was stopped is told. */
export function stopOf({ why, reason }: Extract<Admission, { as: 'stopped' }>, at: number): Stop {
  return why === 'cancelled'
    ? { why, at, reason, resultBefore: false }
    : { why: 'handed_over', at, to: `the next process (${reason})` };
}
