import { expect, test } from 'vitest';
import { factsOf } from '../../src/explain/facts.ts';
import { judge } from '../../src/failure/verdict.ts';
import { diagnosisOf } from '../../src/prepare/diagnosis.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import { condition, cutOff, ended, job, pod } from '../failure/build.ts';

function told(over: Partial<Evidence>): Record<string, string> {
  const seen = cutOff(ended(137, { reason: 'OOMKilled' }), over);
  const outcome = {
    result: undefined,
    evidence: seen,
    cursor: undefined,
    job: 'deleted',
    promptDelivered: true,
  } as const;
  const diagnosis = diagnosisOf({ ...outcome, verdict: judge(seen) });
  return Object.fromEntries(factsOf(JSON.parse(JSON.stringify(diagnosis))).map(({ about, says }) => [about, says]));
}

test('the evidence of a diagnosis is told thing by thing', () => {
  const facts = told({
    pod: pod({
      phase: 'Failed',
      reason: 'Evicted',
      conditions: [condition('DisruptionTarget', 'EvictionByEvictionAPI')],
    }),
    job: job({ conditions: [condition('FailureTarget', 'PodFailurePolicy'), condition('Failed', 'PodFailurePolicy')] }),
    log: { lines: 6, bytes: 1, duplicates: 2, attempts: 3, complete: false, gaps: [gap], lastLineAt: undefined },
  });
  expect(facts.Container).toMatch(/^exit code 137, SIGKILL, reason OOMKilled/);
  expect(facts.Pod).toMatch(/phase Failed, reason Evicted, DisruptionTarget True \(EvictionByEvictionAPI\)/);
  expect(facts.Job).toMatch(/, Failed True \(PodFailurePolicy\), deleted when the run was over$/);
  expect(facts.Job).not.toContain('FailureTarget');
  expect(facts.Log).toBe('6 line(s) over 3 stream(s), 2 seen twice and dropped, 1 gap(s), its end is not proven');
});

const gap = { after: undefined, before: undefined, why: 'x' };

test('what was never seen is not told, and whatever stands in a diagnosis is no error', () => {
  expect(told({ pod: undefined, job: undefined })).not.toHaveProperty('Pod');
  expect(factsOf({})).toEqual([]);
  expect(factsOf({ container: 7, pod: [], job: 'x', log: null, events: [1, { reason: 2 }], claude: true })).toEqual([
    { about: 'Event', says: expect.any(String) },
  ]);
});
