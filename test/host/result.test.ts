import { describe, expect, test } from 'vitest';
import type { Billing } from '../../src/host/billing.ts';
import { type ResultInput, resultOf } from '../../src/host/result.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { answering, cutOff, ended, finished, initOnly, judgedAt, result } from '../failure/build.ts';
import { outcomeOf } from './outcomes.ts';

const billing: Billing = { provider: 'anthropic', biller: 'anthropic', billingType: 'api' };
const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  cacheReadInputTokens: 7,
  cacheCreationInputTokens: 5,
});

function told(outcome: Outcome, over: Partial<ResultInput> = {}) {
  return resultOf({
    outcomes: [outcome],
    witness: { existed: true, neverStarted: false },
    billing,
    sessionId: undefined,
    traceId: undefined,
    cancelAcknowledgedAt: undefined,
    ...over,
  });
}

describe('a success', () => {
  test('has no error, no signal and the whole of what was spent', () => {
    const done = result({
      usage: usage(1, 1),
      modelUsage: { a: { ...usage(100, 10), costUsd: 0.01 }, b: { ...usage(50, 5), costUsd: 0.02 } },
      costUsd: 0.03,
    });
    const { resultJson, ...rest } = told(outcomeOf({ transcript: finished({ result: done }) }), { traceId: 'abc' });
    expect(rest).toEqual({
      exitCode: 0,
      signal: null,
      timedOut: false,
      usage: { inputTokens: 160, outputTokens: 15, cachedInputTokens: 14 },
      usageBasis: 'per_run',
      costUsd: 0.03,
      ...billing,
      model: 'claude-sonnet-4-6',
      summary: 'All done.',
      sessionId: 's-1',
      sessionParams: { sessionId: 's-1' },
      sessionDisplayId: 's-1',
    });
    expect(resultJson).toMatchObject({ traceId: 'abc', diagnosis: { version: 1, code: null }, promptDelivered: true });
    expect(resultJson).not.toHaveProperty('stopReason');
  });

  test('of a pod that was stopped after its result is one too', () => {
    const stop = { why: 'hung_after_result', at: judgedAt, silentSec: 120 } as const;
    const { exitCode, signal, errorMessage } = told(outcomeOf({ container: ended(137), stop }));
    expect({ exitCode, signal, errorMessage }).toEqual({ exitCode: 0, signal: null, errorMessage: undefined });
  });
});

describe('a failure', () => {
  test('says its code, its message and its signal, and what it has cost so far', () => {
    const transcript = answering({ usageSoFar: usage(20, 2) });
    const seen = told(outcomeOf({ ...cutOff(ended(137)), transcript }));
    expect(seen).toMatchObject({
      exitCode: 137,
      signal: 'SIGKILL',
      timedOut: false,
      errorCode: 'claude_truncated',
      usage: { inputTokens: 25, outputTokens: 2, cachedInputTokens: 7 },
      sessionId: 's-1',
      resultJson: { stopReason: 'claude_truncated' },
    });
    expect(seen.errorMessage).toContain('SIGKILL');
    expect(seen).not.toHaveProperty('executionRecovery');
    expect(seen).not.toHaveProperty('summary');
  });

  test('of time is timed out', () => {
    const stop = { why: 'timeout', at: judgedAt, afterSec: 60 } as const;
    const transcript = answering({ usageSoFar: usage(20, 2) });
    expect(told(outcomeOf({ ...cutOff(ended(143)), transcript, stop }))).toMatchObject({
      timedOut: true,
      errorCode: 'timeout',
      usage: { inputTokens: 25, outputTokens: 2, cachedInputTokens: 7 },
    });
  });

  test('for want of turns is one that the host continues', () => {
    const transcript = finished({ result: result({ subtype: 'error_max_turns', isError: true, text: '' }) });
    expect(told(outcomeOf({ transcript, container: ended(1) }))).toMatchObject({
      errorCode: 'max_turns_exhausted',
      summary: 'I start to answer',
      sessionId: 's-1',
      resultJson: { stopReason: 'max_turns_exhausted' },
    });
  });

  test('for want of the session forgets it', () => {
    const errors = ['No conversation found with session ID: s-0'];
    const lost = result({ subtype: 'error_during_execution', isError: true, text: '', sessionId: 's-0', errors });
    const transcript = finished({ inits: 0, sawContent: false, lastText: undefined, sessionId: 's-0', result: lost });
    expect(told(outcomeOf({ transcript, container: ended(1) }), { sessionId: 's-0' })).toMatchObject({
      errorCode: 'session_unavailable',
      clearSession: true,
      sessionId: null,
      sessionParams: null,
      sessionDisplayId: null,
    });
  });

  test('before a word was said keeps the session that was asked for', () => {
    const outcome = outcomeOf({ transcript: initOnly({ sessionId: 's-new' }), container: ended(1) });
    expect(told(outcome, { sessionId: 's-old' })).toMatchObject({ sessionId: 's-old', sessionDisplayId: 's-old' });
  });

  test('of the quota says when the limit is lifted', () => {
    const resetsAt = judgedAt / 1000 + 3600;
    const spent = result({ isError: true, apiErrorStatus: 429, text: 'Claude usage limit reached' });
    const limited = (seconds: number) =>
      outcomeOf({
        transcript: finished({
          result: spent,
          rateLimit: { resetsAt: seconds, type: 'five_hour', status: 'rejected' },
        }),
        container: ended(1),
      });
    const retryNotBefore = new Date(resetsAt * 1000).toISOString();
    expect(told(limited(resetsAt))).toMatchObject({ errorFamily: 'provider_quota', retryNotBefore });
    expect(told(limited(judgedAt / 1000 - 1))).not.toHaveProperty('retryNotBefore');
  });

  test('that no repetition heals is not called transient', () => {
    const refused = (cause: 'config_error' | 'quota') =>
      outcomeOf(
        {
          refusal: { code: 'k8s_job_create_failed', cause, detail: 'no', fault: undefined },
          transcript: initOnly({ lines: 0, inits: 0 }),
          job: undefined,
        },
        { job: 'none' },
      );
    expect(told(refused('quota'))).toMatchObject({ errorFamily: 'transient_upstream' });
    expect(told(refused('config_error'))).not.toHaveProperty('errorFamily');
  });
});

test('a cancel is acknowledged with its time, and only when it is given', () => {
  const stop = { why: 'cancelled', at: judgedAt, reason: 'asked', resultBefore: false } as const;
  const outcome = outcomeOf({ ...cutOff(ended(143)), stop, podGone: 'watch-deleted' });
  expect(told(outcome, { cancelAcknowledgedAt: judgedAt }).resultJson.executionCancellation).toEqual({
    state: 'acknowledged',
    acknowledgedAt: '2026-11-23T10:01:03.000Z',
  });
  expect(told(outcome).resultJson).not.toHaveProperty('executionCancellation');
});

test('two runs of one execute are one bill, the last is the verdict, and nothing is claimed to be undone', () => {
  const spent = (input: number, costUsd: number) =>
    finished({ result: result({ usage: usage(input, 1), costUsd }), sessionId: 's-9' });
  const first = outcomeOf({ transcript: spent(10, 0.5) }, { promptDelivered: false });
  const second = outcomeOf({ transcript: spent(30, 0.25) });
  const seen = told(second, { outcomes: [first, second], witness: { existed: false, neverStarted: false } });
  expect(seen).toMatchObject({
    usage: { inputTokens: 50, outputTokens: 2, cachedInputTokens: 14 },
    costUsd: 0.75,
    sessionId: 's-9',
    resultJson: { adoptedDiagnosis: { promptDelivered: false }, diagnosis: { promptDelivered: true } },
  });
  const never = outcomeOf({ transcript: initOnly({ lines: 0 }), container: { known: 'never_started' } });
  expect(told(never, { witness: { existed: true, neverStarted: true } })).toHaveProperty('executionRecovery');
  const both: ResultInput['outcomes'] = [first, never];
  expect(told(never, { outcomes: both, witness: { existed: true, neverStarted: true } })).not.toHaveProperty(
    'executionRecovery',
  );
});
