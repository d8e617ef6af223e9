import { describe, expect, test } from 'vitest';
import { judge } from '../../src/failure/verdict.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import { condition, cutOff, ended, endedAt, evidence, finished, job, pod, result } from './build.ts';

const log = evidence().log;

const notes: Record<string, [Evidence, string[]]> = {
  'a child was OOM-killed': [
    evidence({ container: ended(0, { reason: 'OOMKilled' }) }),
    ['oom_killed: the kernel killed a child process for want of memory; Claude went on and finished'],
  ],
  'killed after the result, Job deleted': [
    evidence({
      container: ended(143),
      jobLoss: {
        by: 'other_client',
        at: endedAt,
        route: 'watch-deleted',
        containerEndedBefore: false,
        observations: 1,
      },
    }),
    [
      'the container ended with exit code 143 (SIGTERM) after the result: the Job was deleted',
      'Job ac-scout-r1 was deleted from outside after the result (seen by watch-deleted)',
    ],
  ],
  'TTL right after the exit': [
    evidence({
      jobLoss: { by: 'ttl', at: endedAt, route: 'watch-deleted', containerEndedBefore: true, observations: 1 },
    }),
    ['Job ac-scout-r1 was deleted by the TTL controller after the result (seen by watch-deleted)'],
  ],
  'hung after the result': [
    evidence({ container: ended(143), stop: { why: 'hung_after_result', at: endedAt, silentSec: 120 } }),
    [
      'the container ended with exit code 143 (SIGTERM) after the result: we stopped the pod (hung_after_result)',
      'Claude printed its result and did not exit; the pod was stopped after 120 s of silence',
    ],
  ],
  'a result, and the pod is gone': [
    evidence({ container: { known: 'gone' } }),
    ['the end of the container was not seen (gone); the result was'],
  ],
  'a server left running in the background': [
    evidence({ transcript: finished({ outstandingTasks: ['t1'] }) }),
    ['Claude left with 1 background task(s) still running'],
  ],
  'a gap, and a note of the run itself': [
    evidence({
      notes: ['watch of pods\nis forbidden'],
      log: {
        ...log,
        complete: false,
        gaps: [{ after: '2026-11-23T10:00:01Z', before: undefined, why: 'rotated away' }],
      },
    }),
    [
      'watch of pods is forbidden',
      'log_gap: 1 gap(s) in the log, the first from 2026-11-23T10:00:01Z to the end (rotated away)',
    ],
  ],
  'the tail is not proven, and the end is only the word of the pod': [
    cutOff({ known: 'lagging' }, { log: { ...log, complete: false } }),
    ['the last lines of the log could not be proven complete; the last one seen came 3 s before'],
  ],
  'the tail of what still runs is nothing that could be proven': [
    cutOff({ known: 'running' }, { log: { ...log, complete: false } }),
    [],
  ],
  'the tail is not proven, on a failure': [
    cutOff(ended(1), { log: { ...log, complete: false } }),
    ['the last lines of the log could not be proven complete; the last one seen came 3 s before'],
  ],
};

describe('notes', () => {
  test.for(Object.entries(notes))('%s', ([, [given, expected]]) => {
    expect(judge(given).notes).toEqual(expected);
  });
});

const contradictions: Record<string, [Evidence, string[]]> = {
  'OOMKilled with exit 0': [
    evidence({ container: ended(0, { reason: 'OOMKilled' }) }),
    ['the runtime says OOMKilled, but the exit code is 0, not 137'],
  ],
  'Succeeded and Evicted': [
    evidence({ pod: pod({ phase: 'Succeeded', reason: 'Evicted' }) }),
    ['the pod has phase Succeeded and the reason Evicted'],
  ],
  'Succeeded and disrupted': [
    evidence({ pod: pod({ phase: 'Succeeded', conditions: [condition('DisruptionTarget', 'DeletionByPodGC')] }) }),
    ['the pod has phase Succeeded and the condition DisruptionTarget (DeletionByPodGC)'],
  ],
  'success result, exit 1, Job Complete': [
    evidence({ container: ended(1), job: job({ conditions: [condition('Complete')] }) }),
    ['the result says success, but the exit code is 1', 'the Job is Complete, but the exit code is 1'],
  ],
  'error_during_execution and exit 0': [
    evidence({ transcript: finished({ result: result({ subtype: 'error_during_execution', isError: true }) }) }),
    ['the result says error_during_execution, but the exit code is 0'],
  ],
  'exit 0, no result, Job Failed': [
    cutOff(ended(0), { job: job({ conditions: [condition('Failed', 'BackoffLimitExceeded')] }) }),
    ['the exit code is 0, but there is no result', 'the Job is Failed (BackoffLimitExceeded), but the exit code is 0'],
  ],
  'output of a container that never started': [
    cutOff({ known: 'never_started' }),
    ['the container is not known to have started, but it printed 6 line(s)'],
  ],
};

describe('contradictions', () => {
  test.for(Object.entries(contradictions))('%s', ([, [given, expected]]) => {
    expect(judge(given).contradictions).toEqual(expected);
  });
});
