import { describe, type ErrorFamily } from '../failure/table.ts';
import { diagnosisOf } from '../prepare/diagnosis.ts';
import type { Outcome } from '../run/outcome.ts';
import type { AdapterResult, Bootstrap } from './adapter-result.ts';
import type { Billing } from './billing.ts';
import { type JobWitness, nothingWasDone } from './recovery.ts';
import { sumCost, sumUsage } from './usage.ts';

export interface ResultInput {
  /** The run's outcomes in order: one, or two when an adopted run was gone on with or a session was lost. The last one is the verdict. */
  outcomes: readonly [Outcome, ...Outcome[]];
  witness: JobWitness;
  billing: Billing;
  /** The session that was to be resumed. */
  sessionId: string | undefined;
  traceId: string | undefined;
  /** ms since the epoch: the host asked for a cancel, and the pod is gone. */
  cancelAcknowledgedAt: number | undefined;
}

const bootstrap: Bootstrap = { kind: 'bootstrap', providerWorkStarted: false };

/** The outcome in the host's words. The host takes an error message or a signal for a failure, so that a success has neither. */
export function resultOf(input: ResultInput): AdapterResult {
  const { outcomes, witness, billing } = input;
  const outcome = outcomes.at(-1) ?? outcomes[0];
  const { verdict, evidence } = outcome;
  const succeeded = verdict.code === null;
  const recovery = outcomes.length === 1 && nothingWasDone(outcome, witness) ? bootstrap : undefined;
  const family = familyOf(outcome);
  const retryNotBefore = retryTimeOf(outcome);
  const costUsd = sumCost(outcomes);
  const usage = sumUsage(outcomes);
  const model = evidence.transcript.model ?? evidence.model;
  const summary = summaryOf(outcome);
  return {
    exitCode: succeeded ? 0 : verdict.exitCode,
    signal: succeeded ? null : verdict.signal,
    timedOut: verdict.code === 'timeout',
    ...(verdict.code === null ? {} : { errorCode: verdict.code, errorMessage: verdict.message || verdict.code }),
    ...(family === undefined ? {} : { errorFamily: family }),
    ...(retryNotBefore === undefined ? {} : { retryNotBefore }),
    ...(recovery === undefined ? {} : { executionRecovery: recovery }),
    ...(usage === undefined ? {} : { usage }),
    usageBasis: 'per_run',
    ...(costUsd === undefined ? {} : { costUsd }),
    ...billing,
    ...(model === undefined ? {} : { model }),
    ...(summary === undefined ? {} : { summary }),
    ...sessionFields(outcome, input.sessionId),
    resultJson: resultJsonOf(input, outcome, { recovery, family, retryNotBefore }),
  };
}

function resultJsonOf(
  { outcomes, traceId, cancelAcknowledgedAt }: ResultInput,
  outcome: Outcome,
  told: { recovery: Bootstrap | undefined; family: ErrorFamily | undefined; retryNotBefore: string | undefined },
): Record<string, unknown> {
  const { verdict, result } = outcome;
  const first = outcomes.length > 1 ? outcomes[0] : undefined;
  const gone = first?.verdict.code === 'session_unavailable';
  const acknowledgedAt = cancelAcknowledgedAt === undefined ? undefined : new Date(cancelAcknowledgedAt).toISOString();
  const entries = Object.entries({
    diagnosis: diagnosisOf(outcome),
    ...(first && { [gone ? 'lostSessionDiagnosis' : 'adoptedDiagnosis']: diagnosisOf(first) }),
    stopReason: verdict.code ?? undefined,
    errorFamily: told.family,
    retryNotBefore: told.retryNotBefore,
    executionRecovery: told.recovery,
    executionCancellation: acknowledgedAt && { state: 'acknowledged', acknowledgedAt },
    promptDelivered: outcome.promptDelivered,
    traceId,
    numTurns: result?.numTurns,
    durationMs: result?.durationMs,
    terminalReason: result?.terminalReason,
  });
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

/** What the table says of the code, unless the cause is one that no repetition heals. */
function familyOf({ verdict }: Outcome): ErrorFamily | undefined {
  if (verdict.code === null || verdict.cause === 'config_error' || verdict.cause === 'rbac') return undefined;
  return describe(verdict.code).errorFamily;
}

/** When the limit is lifted, by the provider's own word; a moment that has passed says nothing. */
function retryTimeOf({ verdict, evidence }: Outcome): string | undefined {
  if (verdict.code !== 'claude_quota_exhausted' && verdict.code !== 'claude_rate_limited') return undefined;
  const at = (evidence.transcript.rateLimit?.resetsAt ?? 0) * 1000;
  return at > evidence.at && at <= lastDate ? new Date(at).toISOString() : undefined;
}

/** The last moment that a Date can hold. */
const lastDate = 8.64e15;

function summaryOf({ verdict, result, evidence }: Outcome): string | undefined {
  if (verdict.code === null) return result?.text || undefined;
  return verdict.code === 'max_turns_exhausted' ? evidence.transcript.lastText : undefined;
}

/** A session that Claude opened and said nothing in may not be on disk: the one before stays. */
function sessionFields({ verdict, evidence }: Outcome, asked: string | undefined) {
  if (verdict.code === 'session_unavailable') {
    return { sessionId: null, sessionParams: null, sessionDisplayId: null, clearSession: true as const };
  }
  const { transcript } = evidence;
  const kept = transcript.sawContent || transcript.results > 0;
  const sessionId = (kept ? transcript.sessionId : undefined) ?? asked;
  if (sessionId === undefined) return { sessionId: null, sessionParams: null, sessionDisplayId: null };
  return { sessionId, sessionParams: { sessionId }, sessionDisplayId: sessionId };
}
