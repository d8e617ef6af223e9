import { expect, test } from 'vitest';
import { fault, JobsApi } from './api.ts';
import { Process } from './process.ts';

test('a Job whose unsuspension was lost, with the API away from then on, is not called never started', () => {
  const api = new JobsApi();
  let away = false;
  const run = new Process({}).run(api, (effect, real) => {
    if (effect.do === 'unsuspend_job') {
      real();
      away = true;
    }
    return away ? fault('unreachable') : real();
  });
  expect(api.started).toHaveLength(1);
  expect(run.outcome?.verdict.code).toBe('k8s_job_create_failed');
  expect(run.outcome?.verdict.message).toContain('may have been started');
  expect(run.outcome?.verdict.message).not.toContain('never started');
});
