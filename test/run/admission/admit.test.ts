import { describe, expect, test } from 'vitest';
import { label } from '../../../src/manifest/labels.ts';
import type { JobSnapshot } from '../../../src/run/snapshot.ts';
import { condition, job } from '../../failure/build.ts';
import { fault, JobsApi } from './api.ts';
import { Process } from './process.ts';

const dead = { host: 'h', pod: undefined, podNamespace: undefined, bootId: 'dead', pid: 9 };

function apiWith(...jobs: Partial<JobSnapshot>[]) {
  const api = new JobsApi();
  api.dead.add('dead');
  for (const [n, over] of jobs.entries()) {
    const base = job({ name: `old-${n}`, uid: `old-${n}`, createdAt: 900_000 + n, ...over });
    api.put({ ...base, marks: { ...base.marks, ...over.marks } });
  }
  return api;
}
const marks = (over: Partial<JobSnapshot['marks']>) => ({ ...job().marks, admittedAt: undefined, ...over });
const labels = (task?: string, more: Record<string, string> = {}) => ({
  [label.runId]: 'r0',
  ...(task === undefined ? {} : { [label.taskId]: task }),
  ...more,
});
const finished = { conditions: [condition('Complete')] };

describe('a free way', () => {
  test('creates suspended, looks at that very moment of the past, then unsuspends', () => {
    const run = new Process({}).run(new JobsApi());
    expect(run.holds).toBe(true);
    const order = run.effects.map((effect) => effect.do);
    expect(order.slice(0, 7)).toEqual([
      'lock_admission',
      'probe_patch',
      'list_agent_jobs',
      'create_job',
      'list_agent_jobs',
      'unsuspend_job',
      'unlock_admission',
    ]);
    expect(run.asked('list_agent_jobs')[1]?.exactVersion).toBe('101');
    expect(run.phases()).toEqual(['admit', 'create', 'schedule']);
  });

  test('makes the Secret while the Job is suspended', () => {
    const run = new Process({ needsSecret: true }).run(new JobsApi());
    const order = run.effects.map((effect) => effect.do);
    expect(order.indexOf('create_secret')).toBeLessThan(order.indexOf('unsuspend_job'));
    expect(run.phases()).toEqual(['admit', 'create', 'stage', 'schedule']);
  });

  test('an agent id without a label never reaches the cluster', () => {
    const run = new Process({ agentId: '!!', agentLabel: undefined });
    expect(run.outcome?.verdict.code).toBe('k8s_agent_id_invalid');
    expect(run.effects.map((effect) => effect.do)).toEqual(['finish']);
  });

  test('without `patch jobs` the Job starts at once, and what is lost is said', () => {
    const api = new JobsApi();
    api.patchAllowed = false;
    const run = new Process({}).run(api);
    expect(run.asked('create_job')).toEqual([{ do: 'create_job', suspended: false }]);
    expect(run.asked('say')[0]?.text).toContain('patching Jobs is not allowed');
    expect(run.holds).toBe(true);
  });
});

describe('Jobs in the way', () => {
  test.each<[string, Partial<JobSnapshot>, Partial<ConstructorParameters<typeof Process>[0]>, string]>([
    [
      'another living process',
      { marks: marks({ holder: { ...dead, bootId: 'other' } }) },
      {},
      'k8s_concurrent_run_blocked',
    ],
    ['a predecessor, no task', { labels: labels() }, { taskId: 't' }, 'k8s_orphan_task_unknown'],
    ['no task of our own', { labels: labels('t') }, {}, 'k8s_orphan_task_unknown'],
    ['another task', { labels: labels('u') }, { taskId: 't' }, 'k8s_concurrent_run_blocked'],
    [
      'another session',
      { labels: labels('t', { [label.sessionId]: 's1' }) },
      { taskId: 't', sessionId: 's2' },
      'k8s_orphan_session_mismatch',
    ],
    [
      'adoption switched off',
      { labels: labels('t') },
      { taskId: 't', reattachOrphanedJobs: false },
      'k8s_concurrent_run_blocked',
    ],
  ])('%s', (_, over, own, code) => {
    const run = new Process(own).run(apiWith(over));
    expect(run.outcome?.verdict.code).toBe(code);
    expect(run.asked('create_job')).toEqual([]);
    expect(run.asked('unlock_admission')).toHaveLength(1);
  });

  test.each<[string, Partial<JobSnapshot>, Partial<ConstructorParameters<typeof Process>[0]>]>([
    ["a predecessor's Job of the same task", { labels: labels('t') }, { taskId: 't' }],
    [
      'the raw task id decides over its label',
      { labels: labels('t-x'), marks: marks({ taskId: 't x' }) },
      { taskId: 't x' },
    ],
    ['a session known on one side only', { labels: labels('t', { [label.sessionId]: 's1' }) }, { taskId: 't' }],
    ['finished and not concluded', { labels: labels('t'), ...finished }, { taskId: 't' }],
    ['released by its holder', { labels: labels('t'), marks: marks({ holder: dead, releasedAt: 5 }) }, { taskId: 't' }],
  ])('%s is adopted', (_, over, own) => {
    const run = new Process(own).run(apiWith(over));
    expect(run.holds).toBe(true);
    expect(run.transitions.find((t) => t.type === 'job_adopted')).toMatchObject({ job: 'old-0', fromRunId: 'r0' });
    expect(run.asked('say')[0]?.text).toContain('adopted Job old-0 of run r0');
  });

  test.each<[string, Partial<JobSnapshot>]>([
    [
      'finished and concluded',
      { labels: labels('t'), ...finished, marks: marks({ concluded: { runId: 'r0', verdict: 'x', at: 1 } }) },
    ],
    ['finished, of another task', { labels: labels('u'), ...finished }],
    ['on its way out', { labels: labels('u'), deletionAt: 5 }],
  ])('%s stands in nobody’s way', (_, over) => {
    const run = new Process({ taskId: 't' }).run(apiWith(over));
    expect(run.asked('create_job')).toHaveLength(1);
  });

  test('of several orphans the newest decides', () => {
    const run = new Process({ taskId: 't' }).run(apiWith({ labels: labels('u') }, { labels: labels('t') }));
    expect(run.asked('adopt_job')[0]?.job.uid).toBe('old-1');
  });

  test('a dead admission is deleted once it is a minute old, never before', () => {
    const api = apiWith({
      labels: labels('u'),
      suspended: true,
      startedAt: undefined,
      createdAt: 990_000,
      marks: marks({ holder: dead }),
    });
    const run = new Process({ taskId: 't' });
    run.run(api);
    expect(run.holds).toBe(true);
    expect(run.at).toBeGreaterThanOrEqual(990_000 + 60_000);
    expect(run.asked('delete_abandoned')).toHaveLength(1);
  });

  test('a dead admission of the same work is carried on at once', () => {
    const left = { labels: labels('t'), suspended: true, startedAt: undefined, createdAt: 990_000 };
    const api = apiWith({ ...left, marks: marks({ holder: dead, promptHash: 'hash' }) });
    const run = new Process({ taskId: 't' }).run(api);
    expect(run.at).toBeLessThan(1_001_000);
    expect(api.started).toEqual(['old-0']);
  });

  test('a Job that a queue holds is nobody’s abandoned admission', () => {
    const held = { labels: labels('u'), suspended: true, startedAt: undefined, queue: 'q', createdAt: 1 };
    const run = new Process({ taskId: 't' }).run(apiWith({ ...held, marks: marks({ holder: dead }) }));
    expect(run.outcome?.verdict.code).toBe('k8s_concurrent_run_blocked');
  });
});

describe('trouble on the way', () => {
  test.each(['list_agent_jobs', 'create_job', 'unsuspend_job', 'create_secret'] as const)(
    '%s: an answer that is lost once, the call carried out or not, changes nothing',
    (call) => {
      for (const carriedOut of [true, false]) {
        const api = new JobsApi();
        let lost = false;
        const run = new Process({ needsSecret: true }).run(api, (effect, real) => {
          if (lost || effect.do !== call) return real();
          lost = true;
          if (carriedOut) real();
          return fault('unreachable');
        });
        expect(run.holds).toBe(true);
        expect(api.jobs).toHaveLength(1);
        expect(run.transitions.filter((t) => t.type === 'request_retried')).toHaveLength(1);
      }
    },
  );

  test('an API that stays away is waited for within a bound, and nothing was created', () => {
    const run = new Process({}).run(new JobsApi(), (effect, real) =>
      effect.do === 'list_agent_jobs' ? fault('unreachable') : real(),
    );
    expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_concurrency_guard_unreachable', cause: 'api_unreachable' });
    expect(run.at - 1_000_000).toBeGreaterThanOrEqual(300_000);
  });

  test('a refused list is not asked again', () => {
    const run = new Process({}).run(new JobsApi(), (effect, real) =>
      effect.do === 'list_agent_jobs' ? fault('forbidden', 'may not list') : real(),
    );
    expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_concurrency_guard_unreachable', cause: 'rbac' });
    expect(run.outcome?.verdict.message).toContain('may not list');
  });

  test('a refused create names the reason', () => {
    const run = new Process({}).run(new JobsApi(), (effect, real) =>
      effect.do === 'create_job' ? fault('forbidden', 'exceeded quota: jobs') : real(),
    );
    expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_job_create_failed', cause: 'quota' });
  });

  test('a refused Secret withdraws the Job', () => {
    const api = new JobsApi();
    const run = new Process({ needsSecret: true }).run(api, (effect, real) =>
      effect.do === 'create_secret' ? fault('forbidden') : real(),
    );
    expect(run.outcome?.verdict.code).toBe('k8s_prompt_secret_create_failed');
    expect(api.jobs).toEqual([]);
    expect(api.started).toEqual([]);
  });

  test('a Job that can not be withdrawn either is named', () => {
    const run = new Process({ needsSecret: true }).run(new JobsApi(), (effect, real) =>
      effect.do === 'create_secret' || effect.do === 'withdraw_job' ? fault('forbidden') : real(),
    );
    expect(run.outcome?.verdict.code).toBe('k8s_prompt_secret_create_failed');
    expect(run.outcome?.verdict.message).toContain('Job ac-scout-r1 could not be withdrawn and is left suspended');
  });

  test('a history that is compacted away proves nothing: withdraw and try again', () => {
    const api = new JobsApi();
    let refused = 0;
    const run = new Process({}).run(api, (effect, real) =>
      effect.do === 'list_agent_jobs' && effect.exactVersion !== undefined && refused++ === 0 ? fault('gone') : real(),
    );
    expect(run.holds).toBe(true);
    expect(run.asked('withdraw_job')).toHaveLength(1);
    expect(api.jobs).toHaveLength(1);
  });

  test('a Job deleted before it was started is told as that', () => {
    const api = new JobsApi();
    const run = new Process({}).run(api, (effect, real) => {
      if (effect.do === 'unsuspend_job') api.write([]);
      return real();
    });
    expect(run.outcome?.verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'deleted_by_other' });
  });
});

describe('stopped on the way', () => {
  const stopAfter = (calls: number, type: 'cancel_requested' | 'shutdown_requested') => {
    const api = new JobsApi();
    const run = new Process({ needsSecret: true });
    for (let n = 0; n < calls; n++) run.turn(api);
    run.see({ type, at: run.at, reason: 'asked' });
    run.run(api);
    return { api, run };
  };

  test.each([0, 1, 2, 3, 4, 5])('a cancel after %i calls leaves nothing and starts nothing', (calls) => {
    const { api, run } = stopAfter(calls, 'cancel_requested');
    expect(run.outcome?.verdict.code).toBe('cancelled');
    expect(api.jobs).toEqual([]);
    expect(api.started).toEqual([]);
  });

  test('a cancel while the Job comes to life is carried out on the Job', () => {
    const { run } = stopAfter(6, 'cancel_requested');
    expect(run.holds).toBe(true);
    expect(run.asked('conclude_job')).toHaveLength(1);
  });

  test('a shutdown deletes nothing and lets go', () => {
    const { api, run } = stopAfter(5, 'shutdown_requested');
    expect(run.outcome?.verdict.code).toBe('k8s_run_handed_over');
    expect(api.jobs).toHaveLength(1);
    expect(run.asked('release_holder')).toHaveLength(1);
    expect(run.outcome?.job).toBe('left_running');
  });
});

describe('coming back to a named Job', () => {
  test('adopts it whatever its task', () => {
    const run = new Process({ start: { as: 'attach', job: 'old-0', cursor: undefined } }).run(
      apiWith({ labels: labels('t') }),
    );
    expect(run.holds).toBe(true);
  });

  test('a living owner keeps it', () => {
    const api = apiWith({ labels: labels('t'), marks: marks({ holder: { ...dead, bootId: 'other' } }) });
    const run = new Process({ start: { as: 'attach', job: 'old-0', cursor: undefined } }).run(api);
    expect(run.outcome?.verdict.code).toBe('k8s_concurrent_run_blocked');
  });

  test('a Job that is not there', () => {
    const run = new Process({ start: { as: 'attach', job: 'nope', cursor: undefined } }).run(new JobsApi());
    expect(run.outcome?.verdict.code).toBe('k8s_pod_reattach_failed');
    expect(run.outcome?.verdict.message).toContain('nope');
  });
});
