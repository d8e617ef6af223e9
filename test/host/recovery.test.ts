import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyTranscript, readLine, type Transcript } from '../../src/claude/transcript.ts';
import type { FailureCode } from '../../src/failure/table.ts';
import { type JobWitness, nothingWasDone } from '../../src/host/recovery.ts';
import type { ApiFault } from '../../src/run/answer.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import { answering, cutOff, ended, evidence, judgedAt } from '../failure/build.ts';
import { outcomeOf } from './outcomes.ts';

const none: JobWitness = { existed: false, neverStarted: false };
const unsure: JobWitness = { existed: true, neverStarted: false };
const proven: JobWitness = { existed: true, neverStarted: true };

function fault(over: Partial<ApiFault>): ApiFault {
  return {
    kind: 'forbidden',
    call: 'create jobs',
    status: 403,
    reason: 'Forbidden',
    message: 'exceeded quota',
    retryAfterMs: undefined,
    ...over,
  };
}

function refused(code: FailureCode, why: ApiFault | undefined) {
  const refusal: Evidence['refusal'] = { code, cause: undefined, detail: 'no', fault: why };
  const over = { refusal, transcript: emptyTranscript, job: undefined, pod: undefined, agentStarted: false };
  return outcomeOf({ ...over, container: { known: 'never_started' } }, { job: 'none' });
}

describe('no Job came to be', () => {
  const away = fault({ kind: 'unreachable', status: undefined });
  test.each<[string, FailureCode, ApiFault | undefined, boolean]>([
    ['the agent is busy', 'k8s_concurrent_run_blocked', undefined, true],
    ['the Jobs can not be listed', 'k8s_concurrency_guard_unreachable', away, true],
    ['the create was refused', 'k8s_job_create_failed', fault({}), true],
    ['the answer to the create was lost', 'k8s_job_create_failed', away, false],
    ['the API failed at the create', 'k8s_job_create_failed', fault({ kind: 'server_error', status: 500 }), false],
    ['only the search after a lost create was refused', 'k8s_job_create_failed', fault({ call: 'get jobs' }), false],
    ['the API could not be read before', 'k8s_job_create_failed', fault({ call: 'get version' }), true],
    ['the configuration is wrong', 'k8s_job_create_failed', undefined, true],
    ['the Secret was refused, which comes after the Job', 'k8s_prompt_secret_create_failed', fault({}), false],
  ])('%s', (_name, code, why, expected) => {
    expect(nothingWasDone(refused(code, why), none)).toBe(expected);
  });

  test('a Job that was seen needs a witness, whatever the refusal', () => {
    const outcome = refused('k8s_concurrent_run_blocked', undefined);
    expect([nothingWasDone(outcome, unsure), nothingWasDone(outcome, proven)]).toEqual([false, true]);
  });
});

/** What Claude Code really printed, in a container that ended with exit code 1. */
function recorded(name: string, over: Partial<Evidence> = {}) {
  const path = join(import.meta.dirname, '..', '..', 'fixtures', 'claude', `${name}.ndjson`);
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return outcomeOf({ transcript: lines.reduce(readLine, emptyTranscript), container: ended(1), ...over });
}

describe('the provider turned every request away', () => {
  test.each(['rate-limit-429', 'overloaded-529', 'credit-400', 'auth-401', 'model-404', 'unknown-session'])(
    '%s is proof',
    (name) => {
      expect(nothingWasDone(recorded(name), unsure)).toBe(true);
    },
  );

  test.each(['stream-cut', 'empty-response', 'max-turns', 'sigterm-mid-tool'])('%s is none', (name) => {
    expect(nothingWasDone(recorded(name), unsure)).toBe(false);
  });

  test('no output at all is none', () => {
    const outcome = outcomeOf({ transcript: emptyTranscript, container: ended(1) });
    expect(nothingWasDone(outcome, unsure)).toBe(false);
  });

  const whole = evidence().log;
  test.each<[string, Partial<Evidence>]>([
    ['a log with a gap', { log: { ...whole, gaps: [{ after: undefined, before: undefined, why: 'rotated' }] } }],
    ['a log that is not whole', { log: { ...whole, complete: false } }],
    ['a container whose end is not known', { container: { known: 'gone' } }],
  ])('not with %s', (_name, over) => {
    expect(nothingWasDone(recorded('rate-limit-429', over), unsure)).toBe(false);
  });

  const tokens = { inputTokens: 9, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 };
  test.each<[string, Partial<Transcript>]>([
    ['a request before it failed in another way', { apiRetries: [{ status: undefined, error: 'ECONNRESET' }] }],
    ['Claude had begun to answer', { sawContent: true }],
    ['a sub-agent had spent tokens', { usageSoFar: tokens }],
    ['a second main turn had begun', { inits: 2 }],
    ['a background task is outstanding', { outstandingTasks: ['t1'] }],
    ['a line could not be read', { unreadableLines: 1 }],
  ])('not when %s', (_name, over) => {
    const outcome = recorded('rate-limit-429');
    const transcript = { ...outcome.evidence.transcript, ...over };
    expect(nothingWasDone({ ...outcome, evidence: { ...outcome.evidence, transcript } }, unsure)).toBe(false);
  });
});

test('a truncated answer, a success and a handed over run are never undone, whatever a witness says', () => {
  const stop = { why: 'handed_over', at: judgedAt, to: 'the next process' } as const;
  expect(nothingWasDone(outcomeOf(cutOff(ended(137))), unsure)).toBe(false);
  expect(nothingWasDone(outcomeOf(), proven)).toBe(false);
  expect(nothingWasDone(outcomeOf({ transcript: answering(), stop }), proven)).toBe(false);
});
