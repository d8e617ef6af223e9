import { emptyTranscript } from '../claude/transcript.ts';
import { judge } from '../failure/verdict.ts';
import { jobName } from '../manifest/names.ts';
import type { Evidence, Stop } from '../run/evidence.ts';
import type { Outcome } from '../run/outcome.ts';

export interface RefusedRun {
  runId: string;
  agentId: string;
  namespace: string | undefined;
  startedAt: number;
  at: number;
}

/** The outcome of a run that ended before the core was asked: judged like every other. */
export function refusedOutcome(
  { runId, agentId, namespace, startedAt, at }: RefusedRun,
  why: { refusal: NonNullable<Evidence['refusal']> } | { stop: Stop },
): Outcome {
  const evidence: Evidence = {
    runId,
    jobName: jobName(agentId, runId),
    namespace: namespace ?? '',
    model: undefined,
    startedAt,
    at,
    refusal: 'refusal' in why ? why.refusal : undefined,
    stop: 'stop' in why ? why.stop : undefined,
    transcript: emptyTranscript,
    container: { known: 'never_started' },
    agentStarted: false,
    job: undefined,
    jobLoss: undefined,
    pod: undefined,
    podGone: undefined,
    node: undefined,
    nodeSeenNotReady: false,
    events: [],
    log: {
      lines: 0,
      bytes: 0,
      duplicates: 0,
      attempts: 0,
      complete: false,
      gaps: [],
      lastLineAt: undefined,
    },
    apiFault: 'refusal' in why ? why.refusal.fault : undefined,
    notes: [],
  };
  return {
    verdict: judge(evidence),
    result: undefined,
    evidence,
    cursor: undefined,
    job: 'none',
    promptDelivered: false,
  };
}
