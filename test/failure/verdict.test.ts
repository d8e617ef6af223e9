import { describe, expect, test } from 'vitest';
import { emptyTranscript } from '../../src/claude/transcript.ts';
import type { Cause, FailureCode } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import type { Evidence, JobLoss } from '../../src/run/evidence.ts';
import {
  condition,
  cutOff,
  ended,
  endedAt,
  evidence,
  finished,
  guessedEnd,
  initOnly,
  job,
  pod,
  result,
} from './build.ts';

type Expected = [FailureCode | null, Cause | null, exitCode: number | null, signal: string | null];

const deletedInMidRun: JobLoss = {
  by: 'other_client',
  at: endedAt,
  route: 'watch-deleted',
  containerEndedBefore: false,
  observations: 4,
};
const disrupted = (reason: string) => pod({ conditions: [condition('DisruptionTarget', reason)] });
const interim = finished({ outstandingTasks: ['t1', 't2'] });
const deadline = job({ activeDeadlineSeconds: 60, conditions: [condition('FailureTarget', 'DeadlineExceeded')] });
const nothing = { transcript: emptyTranscript, agentStarted: false };
const goingPod = pod({ deletionAt: endedAt + 31_000, deletionGraceSeconds: 30 });

/** Every row: what happened, the evidence of it, and [code, cause, exit code, signal]. */
const rows: Record<string, [Evidence, Expected]> = {
  'cancelled before any result': [
    cutOff(ended(143), { stop: { why: 'cancelled', at: endedAt, reason: 'board', resultBefore: false } }),
    ['cancelled', null, 143, 'SIGTERM'],
  ],
  'cancelled before there was a Job': [
    evidence({
      ...nothing,
      container: { known: 'never_started' },
      job: undefined,
      pod: undefined,
      stop: { why: 'cancelled', at: endedAt, reason: 'board', resultBefore: false },
      refusal: { code: 'k8s_concurrent_run_blocked', cause: undefined, detail: 'r0 is alive', fault: undefined },
    }),
    ['cancelled', null, null, null],
  ],
  'cancelled after an interim result only': [
    cutOff(ended(143), {
      transcript: interim,
      stop: { why: 'cancelled', at: endedAt, reason: 'board', resultBefore: true },
    }),
    ['cancelled', null, 143, 'SIGTERM'],
  ],
  'cancelled after the final result': [
    evidence({
      container: ended(143),
      stop: { why: 'cancelled', at: endedAt, reason: 'board', resultBefore: true },
    }),
    [null, null, 143, 'SIGTERM'],
  ],
  'handed over, though the result was already there': [
    evidence({ container: { known: 'running' }, stop: { why: 'handed_over', at: endedAt, to: 'run r2' } }),
    ['k8s_run_handed_over', null, null, null],
  ],
  'success, exit 0': [evidence(), [null, null, 0, null]],
  'success, the container still runs as far as anybody knows': [
    evidence({ container: { known: 'running' } }),
    [null, null, null, null],
  ],
  'success, and the pod is gone before its exit was read': [
    evidence({ container: { known: 'gone' }, podGone: 'watch-deleted' }),
    [null, null, null, null],
  ],
  'success, Job deleted in the moment after the result': [
    evidence({ container: ended(143), jobLoss: deletedInMidRun }),
    [null, null, 143, 'SIGTERM'],
  ],
  'success, then the pod was deleted and the process killed': [
    evidence({ container: ended(137), pod: pod({ deletionAt: endedAt, deletionGraceSeconds: 20 }) }),
    [null, null, 137, 'SIGKILL'],
  ],
  'success, killed at the end of the grace period of a pod deletion': [
    evidence({ container: ended(137), pod: pod({ deletionAt: endedAt + 10_000, deletionGraceSeconds: 20 }) }),
    [null, null, 137, 'SIGKILL'],
  ],
  'success, a child was OOM-killed': [
    evidence({ container: ended(0, { reason: 'OOMKilled' }) }),
    [null, null, 0, null],
  ],
  'success, the Job failed at its deadline later': [
    evidence({ job: deadline, container: ended(143) }),
    [null, null, 143, 'SIGTERM'],
  ],
  'success, the process never exited and was stopped': [
    evidence({ container: ended(143), stop: { why: 'hung_after_result', at: endedAt, silentSec: 120 } }),
    [null, null, 143, 'SIGTERM'],
  ],
  'success, exit 0 with a server left in the background': [evidence({ transcript: interim }), [null, null, 0, null]],
  'a success result, then 137 and nothing that shows an outside kill': [
    evidence({ container: ended(137) }),
    ['claude_exit_error', 'sigkill', 137, 'SIGKILL'],
  ],
  'a success result, then 137, and the pod deleted long after': [
    evidence({ container: ended(137), pod: pod({ deletionAt: endedAt + 60_000, deletionGraceSeconds: 20 }) }),
    ['claude_exit_error', 'sigkill', 137, 'SIGKILL'],
  ],
  'a success result, then exit 1': [evidence({ container: ended(1) }), ['claude_exit_error', 'crash', 1, null]],
  'SIGINT: error_during_execution and exit 0': [
    evidence({
      transcript: finished({
        result: result({
          subtype: 'error_during_execution',
          isError: true,
          text: 'about your usage limit reached',
          terminalReason: 'aborted_tools',
          errors: ['[ede_diagnostic] result_type=user'],
        }),
      }),
    }),
    ['claude_exit_error', 'unknown', 0, null],
  ],
  "our own bound passed, but Claude's error result was there": [
    evidence({
      container: ended(143),
      transcript: finished({ result: result({ isError: true, apiErrorStatus: 529, text: 'API Error: 529' }) }),
      stop: { why: 'timeout', at: endedAt, afterSec: 60 },
    }),
    ['claude_overloaded', null, 143, 'SIGTERM'],
  ],
  'our timeout': [
    cutOff({ known: 'running' }, { stop: { why: 'timeout', at: endedAt, afterSec: 60 } }),
    ['timeout', 'deadline_exceeded', null, null],
  ],
  'the deadline of the Job': [cutOff(ended(143), { job: deadline }), ['timeout', 'deadline_exceeded', 143, 'SIGTERM']],
  'the deadline of the Job, then the Job is gone': [
    cutOff(ended(143), { job: deadline, jobLoss: deletedInMidRun }),
    ['timeout', 'deadline_exceeded', 143, 'SIGTERM'],
  ],
  'a crash long before the deadline was noticed': [
    cutOff(ended(1), { job: job({ conditions: [condition('Failed', 'DeadlineExceeded', { at: endedAt + 60_000 })] }) }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'silence in mid-answer': [
    cutOff(ended(143), { stop: { why: 'stalled', at: endedAt, silentSec: 600 } }),
    ['timeout', 'stalled', 143, 'SIGTERM'],
  ],
  'Job deleted in mid-run': [
    cutOff(ended(143), { jobLoss: deletedInMidRun }),
    ['k8s_job_deleted_externally', 'deleted_by_other', 143, 'SIGTERM'],
  ],
  'Job deleted before the container started': [
    evidence({ ...nothing, container: { known: 'never_started' }, jobLoss: deletedInMidRun }),
    ['k8s_job_deleted_externally', 'deleted_by_other', null, null],
  ],
  'Job verified gone, nobody saw who': [
    cutOff({ known: 'gone' }, { jobLoss: { ...deletedInMidRun, by: 'unknown', route: 'grace-period-verify-404' } }),
    ['k8s_job_deleted_externally', 'unknown', null, null],
  ],
  'a TTL is only believed of a finished Job': [
    cutOff({ known: 'gone' }, { jobLoss: { ...deletedInMidRun, by: 'ttl' } }),
    ['k8s_job_deleted_externally', 'unknown', null, null],
  ],
  'TTL of a finished Job whose container end nobody saw': [
    cutOff(
      { known: 'gone' },
      {
        job: job({ conditions: [condition('Complete')] }),
        jobLoss: { ...deletedInMidRun, by: 'ttl' },
      },
    ),
    ['k8s_job_deleted_externally', 'ttl_expired', null, null],
  ],
  'Job deleted after the container had crashed': [
    cutOff(ended(1), { jobLoss: { ...deletedInMidRun, containerEndedBefore: true } }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'Job deleted with its pod, which was seen first': [
    cutOff(ended(143), { pod: goingPod, jobLoss: { ...deletedInMidRun, containerEndedBefore: true } }),
    ['k8s_job_deleted_externally', 'deleted_by_other', 143, 'SIGTERM'],
  ],
  'Job and pod deleted in the moment after a crash': [
    cutOff(ended(1), { pod: goingPod, jobLoss: { ...deletedInMidRun, containerEndedBefore: true } }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'Job told to go long after the container had crashed, though seen in another order': [
    cutOff(ended(1), { job: job({ deletionAt: endedAt + 20_000 }), jobLoss: deletedInMidRun }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'nothing after init, exit 1': [
    cutOff(ended(1), { transcript: initOnly() }),
    ['claude_init_failed', 'crash', 1, null],
  ],
  'nothing after init, OOM': [
    cutOff(ended(137, { reason: 'OOMKilled' }), { transcript: initOnly() }),
    ['claude_init_failed', 'oom_killed', 137, 'SIGKILL'],
  ],
  'a flag that Claude does not know': [
    cutOff(ended(1), {
      transcript: { ...emptyTranscript, lines: 1, firstPlainText: "error: unknown option '--no-such-flag'" },
    }),
    ['claude_exit_error', 'config_error', 1, null],
  ],
  'exit 3 and not a line': [cutOff(ended(3), { transcript: emptyTranscript }), ['claude_exit_error', 'crash', 3, null]],
  'exit 0 without a line': [
    cutOff(ended(0), { transcript: emptyTranscript }),
    ['claude_output_unparseable', 'unknown', 0, null],
  ],
  'exit 0, and the log may not be read': [
    cutOff(ended(0), {
      transcript: emptyTranscript,
      apiFault: {
        kind: 'forbidden',
        call: 'get pods/log',
        status: 403,
        reason: 'Forbidden',
        message: 'pods "x" is forbidden',
        retryAfterMs: undefined,
      },
    }),
    ['claude_output_unparseable', 'rbac', 0, null],
  ],
  'init only, and the pod is gone': [
    cutOff({ known: 'gone' }, { transcript: initOnly(), podGone: 'watch-deleted' }),
    ['k8s_job_state_mismatch', 'unknown', null, null],
  ],
  'init only on a lost node': [
    cutOff(guessedEnd, { transcript: initOnly(), pod: disrupted('DeletionByPodGC') }),
    ['k8s_job_state_mismatch', 'node_lost', null, null],
  ],
  'output of a container that is not known to have started': [
    cutOff({ known: 'never_started' }, { transcript: initOnly(), agentStarted: false }),
    ['k8s_job_state_mismatch', 'unknown', null, null],
  ],
};

describe('judge', () => {
  test.for(Object.entries(rows))('%s', ([, [given, expected]]) => {
    const { code, cause, exitCode, signal } = judge(given);
    expect([code, cause, exitCode, signal]).toEqual(expected);
  });

  test('says nothing at all of a plain success', () => {
    expect(judge(evidence())).toEqual({
      code: null,
      cause: null,
      exitCode: 0,
      signal: null,
      message: '',
      notes: [],
      ruledOut: [],
      contradictions: [],
    });
  });
});
