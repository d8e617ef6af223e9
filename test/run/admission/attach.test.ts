import { expect, test } from 'vitest';
import { job } from '../../failure/build.ts';
import { fault, JobsApi } from './api.ts';
import { Process } from './process.ts';

const start = { as: 'attach', job: 'old', cursor: undefined } as const;

function apiWith(...names: string[]): JobsApi {
  const api = new JobsApi();
  for (const name of names) api.put(job({ name, uid: name, createdAt: 900_000 }));
  return api;
}

test('a named Job that goes away while it is being adopted leaves nothing to come back to, and no new one is made', () => {
  const api = apiWith('old', 'other');
  const run = new Process({ start }).run(api, (effect, real) => {
    if (effect.do === 'adopt_job') api.write(api.jobs.filter(({ name }) => name !== 'old'));
    return real();
  });
  expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_pod_reattach_failed', cause: 'unknown' });
  expect(run.outcome?.verdict.message).toContain('Job old is gone, and what it printed and nobody has read is lost');
  expect(run.asked('create_job')).toEqual([]);
  expect(api.jobs.map(({ name }) => name)).toEqual(['other']);
});

test('a named Job that changes while it is being adopted is read again, by its name', () => {
  const api = apiWith('old', 'other');
  let changed = false;
  const run = new Process({ start }).run(api, (effect, real) => {
    if (effect.do !== 'adopt_job' || changed) return real();
    changed = true;
    return fault('conflict');
  });
  expect(run.holds).toBe(true);
  expect(run.asked('adopt_job').map((effect) => effect.job.name)).toEqual(['old', 'old']);
  expect(run.asked('list_agent_jobs')).toEqual([]);
});

test('a cancel before the named Job is adopted leaves it as it is, and says so', () => {
  const api = apiWith('old');
  const run = new Process({ start });
  run.see({ type: 'cancel_requested', at: run.at, reason: 'board' });
  run.run(api);
  expect(run.outcome?.verdict.code).toBe('cancelled');
  expect(run.outcome?.verdict.notes.join()).toContain('Job old was not adopted yet: it is left as it is');
  expect(api.jobs.map(({ name }) => name)).toEqual(['old']);
});

test('a named Job that had never started and has a rival gives way, and no new one is made', () => {
  const api = apiWith('other');
  api.put(
    job({
      name: 'old',
      uid: 'old',
      suspended: true,
      startedAt: undefined,
      marks: { ...job().marks, admittedAt: undefined },
    }),
  );
  const run = new Process({ start }).run(api);
  expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_concurrent_run_blocked' });
  expect(run.asked('create_job')).toEqual([]);
});
