import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import { answering, condition, cutOff, ended, endedAt, evidence, finished, guessedEnd, job, pod } from './build.ts';

type Expected = ['claude_truncated', Cause, exitCode: number | null, signal: string | null];

const disrupted = (reason: string) => pod({ conditions: [condition('DisruptionTarget', reason)] });
const interim = finished({ outstandingTasks: ['t1', 't2'] });
const away = {
  kind: 'unreachable',
  call: 'list pods',
  status: undefined,
  reason: undefined,
  message: 'refused',
  retryAfterMs: undefined,
} as const;

/** Every row: how an answer was cut off, the evidence of it, and [code, cause, exit code, signal]. */
const rows: Record<string, [Evidence, Expected]> = {
  'OOM of the container': [
    cutOff(ended(137, { reason: 'OOMKilled' })),
    ['claude_truncated', 'oom_killed', 137, 'SIGKILL'],
  ],
  'OOM after an interim result': [
    cutOff(ended(137, { reason: 'OOMKilled' }), { transcript: interim }),
    ['claude_truncated', 'oom_killed', 137, 'SIGKILL'],
  ],
  'a crash after an interim result': [
    cutOff(ended(1), { transcript: interim }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'exit 0 with tasks outstanding while the pod was being deleted': [
    cutOff(ended(0), { transcript: interim, pod: pod({ deletionAt: endedAt }) }),
    ['claude_truncated', 'unknown', 0, null],
  ],
  'SIGTERM of a container in which a child was OOM-killed before': [
    cutOff(ended(143, { reason: 'OOMKilled' })),
    ['claude_truncated', 'sigterm', 143, 'SIGTERM'],
  ],
  'SIGKILL without the word OOMKilled': [cutOff(ended(137)), ['claude_truncated', 'sigkill', 137, 'SIGKILL']],
  'pod plainly deleted': [
    cutOff(ended(143), { pod: pod({ deletionAt: endedAt + 18_000, deletionGraceSeconds: 20 }) }),
    ['claude_truncated', 'sigterm', 143, 'SIGTERM'],
  ],
  'pod force-deleted, no exit seen': [
    cutOff({ known: 'gone' }, { pod: pod({ phase: 'Running', deletionAt: endedAt, deletionGraceSeconds: 0 }) }),
    ['claude_truncated', 'deleted_by_other', null, null],
  ],
  'pod gone without a trace': [
    cutOff({ known: 'gone' }, { podGone: 'relist-missing' }),
    ['claude_truncated', 'unknown', null, null],
  ],
  'crash after content': [cutOff(ended(139)), ['claude_truncated', 'crash', 139, 'SIGSEGV']],
  'crash over a corrupt configuration': [
    cutOff(ended(1), { transcript: answering({ configCorrupt: true }) }),
    ['claude_truncated', 'claude_config_corrupt', 1, null],
  ],
  'evicted by the kubelet': [
    cutOff(ended(137), { pod: pod({ ...disrupted('TerminationByKubelet'), reason: 'Evicted' }) }),
    ['claude_truncated', 'evicted', 137, 'SIGKILL'],
  ],
  'node shut down': [
    cutOff(ended(143), { pod: pod({ ...disrupted('TerminationByKubelet'), reason: 'Terminated' }) }),
    ['claude_truncated', 'node_shutdown', 143, 'SIGTERM'],
  ],
  preempted: [
    cutOff(ended(143), { pod: disrupted('PreemptionByScheduler') }),
    ['claude_truncated', 'preempted', 143, 'SIGTERM'],
  ],
  'eviction API': [
    cutOff(ended(143), { pod: disrupted('EvictionByEvictionAPI') }),
    ['claude_truncated', 'evicted_by_api', 143, 'SIGTERM'],
  ],
  'a disruption that came after the crash': [
    cutOff(ended(1), {
      pod: pod({ conditions: [condition('DisruptionTarget', 'EvictionByEvictionAPI', { at: endedAt + 30_000 })] }),
    }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'taint, and the node was seen NotReady': [
    cutOff({ known: 'unreachable' }, { pod: disrupted('DeletionByTaintManager'), nodeSeenNotReady: true }),
    ['claude_truncated', 'node_lost', null, null],
  ],
  'taint alone': [
    cutOff(ended(143), { pod: disrupted('DeletionByTaintManager') }),
    ['claude_truncated', 'tainted', 143, 'SIGTERM'],
  ],
  'deleted by somebody, and its node silent only after that, though seen in another order': [
    cutOff(
      { known: 'unreachable' },
      {
        pod: pod({ phase: 'Running', deletionAt: endedAt, deletionGraceSeconds: 20 }),
        node: { name: 'node-a', ready: 'Unknown', readySince: endedAt - 10_000, taints: [] },
        nodeSeenNotReady: true,
      },
    ),
    ['claude_truncated', 'deleted_by_other', null, null],
  ],
  'a taint, and the node does not answer for what it runs': [
    cutOff({ known: 'unreachable' }, { pod: disrupted('DeletionByTaintManager') }),
    ['claude_truncated', 'node_lost', null, null],
  ],
  'a taint, and the API does not answer': [
    cutOff({ known: 'unreachable' }, { pod: disrupted('DeletionByTaintManager'), apiFault: away }),
    ['claude_truncated', 'tainted', null, null],
  ],
  'collected because its node is gone': [
    cutOff(guessedEnd, { pod: disrupted('DeletionByPodGC') }),
    ['claude_truncated', 'node_lost', null, null],
  ],
  "the kubelet's guess of 137": [cutOff(guessedEnd), ['claude_truncated', 'unknown', null, null]],
  'exit 0, content, and the tail of the log missing': [
    cutOff(ended(0), { log: { ...evidence().log, gaps: [{ after: undefined, before: undefined, why: 'rotated' }] } }),
    ['claude_truncated', 'log_gap', 0, null],
  ],
  'exit 0, content, whole log, no result': [cutOff(ended(0)), ['claude_truncated', 'unknown', 0, null]],
  'crash on a node that was NotReady for a while': [
    cutOff(ended(1), { nodeSeenNotReady: true }),
    ['claude_truncated', 'crash', 1, null],
  ],
  'taint, and the node is NotReady since before': [
    cutOff(ended(143), {
      pod: disrupted('DeletionByTaintManager'),
      node: { name: 'node-a', ready: 'Unknown', readySince: endedAt - 1_000, taints: [] },
    }),
    ['claude_truncated', 'node_lost', 143, 'SIGTERM'],
  ],
  'taint, and the node is and was Ready': [
    cutOff(ended(143), {
      pod: disrupted('DeletionByTaintManager'),
      node: { name: 'node-a', ready: 'True', readySince: endedAt - 1_000, taints: [] },
    }),
    ['claude_truncated', 'tainted', 143, 'SIGTERM'],
  ],
  'pod gone, a gap in the log': [
    cutOff({ known: 'gone' }, { log: { ...evidence().log, complete: false } }),
    ['claude_truncated', 'unknown', null, null],
  ],
  'pod stopped by us, no exit seen': [
    cutOff(
      { known: 'gone' },
      {
        pod: pod({ phase: 'Running', deletionAt: endedAt, deletionGraceSeconds: 0 }),
        stop: { why: 'hung_after_result', at: endedAt, silentSec: 120 },
      },
    ),
    ['claude_truncated', 'unknown', null, null],
  ],
  'our own deletion of the Job': [
    cutOff(ended(143), {
      jobLoss: { by: 'self', at: endedAt, route: 'watch-deleted', containerEndedBefore: false, observations: 1 },
    }),
    ['claude_truncated', 'sigterm', 143, 'SIGTERM'],
  ],
  'an interim result is content enough': [
    cutOff(ended(137), { transcript: { ...interim, sawContent: false } }),
    ['claude_truncated', 'sigkill', 137, 'SIGKILL'],
  ],
};

describe('claude_truncated', () => {
  test.for(Object.entries(rows))('%s', ([, [given, expected]]) => {
    const { code, cause, exitCode, signal } = judge(given);
    expect([code, cause, exitCode, signal]).toEqual(expected);
  });

  test('gives the whole verdict of a SIGKILL with what it is not', () => {
    expect(judge(cutOff(ended(137), { job: job({ conditions: [condition('Failed', 'PodFailurePolicy')] }) }))).toEqual({
      code: 'claude_truncated',
      cause: 'sigkill',
      exitCode: 137,
      signal: 'SIGKILL',
      message:
        'Claude was cut off before its result. Cause sigkill: something killed the process with SIGKILL, and the runtime ' +
        'does not call it an OOM kill. The container ended with exit code 137 (SIGKILL), reason Error. Pod ac-scout-r1-x7 ' +
        "on node node-a. Look at the node's kernel log and at who may signal the process; then run again.",
      notes: [],
      ruledOut: [
        { cause: 'oom_killed', because: "the runtime's reason is Error, not OOMKilled" },
        { cause: 'evicted', because: 'the pod has no reason and no DisruptionTarget condition' },
        { cause: 'deleted_by_other', because: 'the Job was there when it was last seen, without a deletionTimestamp' },
        { cause: 'deadline_exceeded', because: 'the Job has no activeDeadlineSeconds' },
        { cause: 'log_gap', because: 'the log was read to its end without a gap' },
      ],
      contradictions: [],
    });
  });

  test('rules out nothing that the evidence supports', () => {
    const { ruledOut, cause } = judge(
      cutOff(ended(137, { reason: 'OOMKilled' }), {
        pod: disrupted('DeletionByPodGC'),
        node: { name: 'node-a', ready: 'True', readySince: endedAt, taints: [] },
      }),
    );
    expect(cause).toBe('oom_killed');
    expect(ruledOut.map((one) => one.cause)).toEqual(['deleted_by_other', 'deadline_exceeded', 'log_gap']);
  });
});
