import { judge } from '../failure/verdict.ts';
import { jobName } from '../manifest/names.ts';
import type { Evidence, Stop } from '../run/evidence.ts';
import { evidenceBefore } from '../run/evidence-of.ts';
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
  const identity = { runId, jobName: jobName(agentId, runId), namespace: namespace ?? '', model: undefined };
  const evidence = evidenceBefore(identity, 'stop' in why ? { ...why, job: undefined } : why, startedAt, at);
  return {
    verdict: judge(evidence),
    result: undefined,
    evidence,
    cursor: undefined,
    job: 'none',
    promptDelivered: false,
  };
}
