import type { ContainerEnd, Evidence } from './evidence.ts';
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
    refusal: undefined,
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

function containerEnd({ facts, lookup }: Held): ContainerEnd {
  if (facts.end !== undefined) return facts.end;
  if (!facts.agentStarted && lookup !== 'running') return { known: 'never_started' };
  return { known: lookup === undefined || lookup === 'terminated' ? 'lagging' : lookup };
}
