import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { accountOf, type Without } from '../account.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { start } from '../start.ts';
import { kubectl, until } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-rbac');
const works = { namespace, fake: steps(init, content, 'sleep 2', result) };

const accountWithout = (name: string, without: Without) => accountOf(name, namespace, 'full.yaml', without);

describe.concurrent('an account', () => {
  test('with all that is needed, and no more', async () => {
    const kubeconfig = await accountOf('all', namespace, 'full.yaml');
    await verdictOf({ ...works, kubeconfig, run: { secretEnv: { TOKEN: 'x' } } }, { code: null, job: 'deleted' });
  });

  test('without watch: works by polling, and says so once', async () => {
    const kubeconfig = await accountOf('no-watch', namespace, 'without-watch.yaml');
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null, job: 'deleted' });
    expect(run.text().match(/is not allowed here: the list is polled instead/g)).toHaveLength(2);
  });

  test('without patch: works, and says what is lost', async () => {
    const kubeconfig = await accountOf('no-patch', namespace, 'without-patch.yaml');
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null });
    expect(run.text()).toMatch(/patching Jobs is not allowed here: no adoption, admission per process only/);
    expect(run.requests()['patch jobs'] ?? 0).toBe(0);
  });

  test('without delete: works, and leaves the Job to its time-to-live', async () => {
    const kubeconfig = await accountWithout('no-delete', { jobs: ['delete'] });
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null, job: 'cleanup_failed' });
    const ttl = ['-o', 'jsonpath={.spec.ttlSecondsAfterFinished}'];
    expect(await kubectl('-n', namespace, 'get', 'job', run.jobName, ...ttl)).toBe('300');
  });

  test('without get: works', async () => {
    const kubeconfig = await accountWithout('no-get', { jobs: ['get'] });
    await verdictOf({ ...works, kubeconfig }, { code: null, job: 'deleted' });
  });

  test('without get, whose Job vanishes in mid-run: the watch has shown it', async () => {
    const kubeconfig = await accountWithout('no-get-gone', { jobs: ['get'] });
    const expected = {
      code: 'k8s_job_deleted_externally',
      cause: 'deleted_by_other',
      says: [/another client/],
    } as const;
    const input = { namespace, kubeconfig, fake: steps(mortal, init, content, 'sleep 1000 & wait') };
    const { run } = await verdictOf(input, expected, async (during) => {
      await until('the agent at work', () => during.lines().length >= 2);
      await kubectl('-n', namespace, 'delete', 'job', during.jobName, '--cascade=background', '--wait=false');
    });
    expect(run.lines()).toHaveLength(2);
  });

  test('without delete, whose run is cancelled: says once that it goes on, and ends with its container', async () => {
    const kubeconfig = await accountWithout('no-delete-cancel', { jobs: ['delete'] });
    const input = { namespace, kubeconfig, fake: steps(mortal, init, content, 'sleep 12 & wait $!', result) };
    const expected = { code: 'cancelled', job: 'cleanup_failed', exitCode: 0 } as const;
    const { run } = await verdictOf(input, expected, async (during) => {
      await until('the agent at work', () => during.lines().length >= 2);
      during.handle.cancel('not needed any more');
    });
    expect(run.lines()).toHaveLength(3);
    expect(run.text().match(/the run can not be stopped, delete jobs failed/g)).toHaveLength(1);
  });

  test('without create jobs: one clear error, and nothing is made', async () => {
    const kubeconfig = await accountWithout('no-create', { jobs: ['create'] });
    const expected = {
      code: 'k8s_job_create_failed',
      cause: 'rbac',
      job: 'none',
      says: [/create jobs/, /no-create/],
    } as const;
    await verdictOf({ ...works, kubeconfig }, expected);
  });

  test('without pods/log: one clear error, and nothing is made', async () => {
    const kubeconfig = await accountWithout('no-log', { 'pods/log': ['get'] });
    const expected = { code: 'k8s_job_create_failed', cause: 'rbac', job: 'none', says: [/pods\/log/] } as const;
    const { run } = await verdictOf({ ...works, kubeconfig }, expected);
    expect(run.requests()['create jobs'] ?? 0).toBe(0);
  });

  test('without list jobs: fails closed', async () => {
    const kubeconfig = await accountWithout('no-list', { jobs: ['list'] });
    const expected = {
      code: 'k8s_concurrency_guard_unreachable',
      cause: 'rbac',
      job: 'none',
      says: [/list jobs/],
    } as const;
    await verdictOf({ ...works, kubeconfig }, expected);
  });

  test('without create secrets: works with what fits into a Job; else the Job is withdrawn before it starts', async () => {
    const kubeconfig = await accountOf('no-secret', namespace, 'without-secrets.yaml');
    await verdictOf({ ...works, kubeconfig }, { code: null, job: 'deleted' });
    const expected = { code: 'k8s_prompt_secret_create_failed', cause: 'rbac', job: 'none' } as const;
    const { run } = await verdictOf({ ...works, kubeconfig, run: { secretEnv: { TOKEN: 'x' } } }, expected);
    expect(await kubectl('-n', namespace, 'get', 'job', run.jobName, '--ignore-not-found', '-o', 'name')).toBe('');
  });

  test('that is not known: refused before anything is made', async () => {
    const kubeconfig = await accountWithout('unknown', {});
    const config = parse(await readFile(kubeconfig, 'utf8'));
    config.users[0].user.token = 'not-a-token';
    await writeFile(kubeconfig, stringify(config));
    await expect(start({ ...works, kubeconfig })).rejects.toThrow(/can not be used.*credentials/);
  });
});
