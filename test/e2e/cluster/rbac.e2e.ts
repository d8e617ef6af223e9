import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, steps } from '../script.ts';
import { start } from '../start.ts';
import { apply, kubectl, surroundings, until } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-rbac');
const works = { namespace, fake: steps(init, content, 'sleep 2', result) };

const everything: Record<string, string[]> = {
  'batch/jobs': ['create', 'get', 'list', 'watch', 'patch', 'delete'],
  '/pods': ['get', 'list', 'watch'],
  '/pods/log': ['get'],
  '/secrets': ['create'],
  '/events': ['list'],
};

/** The kubeconfig of a service account that may do everything the product needs but what is taken away. */
async function accountWithout(name: string, without: Record<string, string[]>): Promise<string> {
  const rules = Object.entries(everything).map(([key, verbs]) => {
    const [group = '', ...resource] = key.split('/');
    return {
      apiGroups: [group],
      resources: [resource.join('/')],
      verbs: verbs.filter((verb) => !(without[key] ?? []).includes(verb)),
    };
  });
  const metadata = { name, namespace };
  await apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata,
    rules: rules.filter(({ verbs }) => verbs.length > 0),
  });
  await apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const token = (await kubectl('-n', namespace, 'create', 'token', name)).trim();
  const config = parse(await readFile(surroundings().kubeconfig, 'utf8'));
  const [{ name: context }] = config.contexts;
  config.users = [{ name: 'account', user: { token } }];
  config.contexts = [{ name: context, context: { ...config.contexts[0].context, user: 'account' } }];
  const file = join(tmpdir(), `e2e-rbac-${process.pid}-${name}.kubeconfig`);
  await writeFile(file, stringify(config), { mode: 0o600 });
  return file;
}

describe.concurrent('an account', () => {
  test('with all that is needed, and no more', async () => {
    const kubeconfig = await accountWithout('all', {});
    await verdictOf({ ...works, kubeconfig, run: { secretEnv: { TOKEN: 'x' } } }, { code: null, job: 'deleted' });
  });

  test('without watch: works by polling, and says so once', async () => {
    const kubeconfig = await accountWithout('no-watch', { 'batch/jobs': ['watch'], '/pods': ['watch'] });
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null, job: 'deleted' });
    expect(run.text().match(/is not allowed here: the list is polled instead/g)).toHaveLength(2);
  });

  test('without patch: works, and says what is lost', async () => {
    const kubeconfig = await accountWithout('no-patch', { 'batch/jobs': ['patch'] });
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null });
    expect(run.text()).toMatch(/patching Jobs is not allowed here: no adoption, admission per process only/);
    expect(run.requests()['patch jobs'] ?? 0).toBe(0);
  });

  test('without delete: works, and leaves the Job to its time-to-live', async () => {
    const kubeconfig = await accountWithout('no-delete', { 'batch/jobs': ['delete'] });
    const { run } = await verdictOf({ ...works, kubeconfig }, { code: null, job: 'cleanup_failed' });
    const ttl = ['-o', 'jsonpath={.spec.ttlSecondsAfterFinished}'];
    expect(await kubectl('-n', namespace, 'get', 'job', run.jobName, ...ttl)).toBe('300');
  });

  test('without get: works', async () => {
    const kubeconfig = await accountWithout('no-get', { 'batch/jobs': ['get'] });
    await verdictOf({ ...works, kubeconfig }, { code: null, job: 'deleted' });
  });

  test('without get, whose Job vanishes in mid-run: the watch has shown it', async () => {
    const kubeconfig = await accountWithout('no-get-gone', { 'batch/jobs': ['get'] });
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
    const kubeconfig = await accountWithout('no-delete-cancel', { 'batch/jobs': ['delete'] });
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
    const kubeconfig = await accountWithout('no-create', { 'batch/jobs': ['create'] });
    const expected = {
      code: 'k8s_job_create_failed',
      cause: 'rbac',
      job: 'none',
      says: [/create jobs/, /no-create/],
    } as const;
    await verdictOf({ ...works, kubeconfig }, expected);
  });

  test('without pods/log: one clear error, and nothing is made', async () => {
    const kubeconfig = await accountWithout('no-log', { '/pods/log': ['get'] });
    const expected = { code: 'k8s_job_create_failed', cause: 'rbac', job: 'none', says: [/pods\/log/] } as const;
    const { run } = await verdictOf({ ...works, kubeconfig }, expected);
    expect(run.requests()['create jobs'] ?? 0).toBe(0);
  });

  test('without list jobs: fails closed', async () => {
    const kubeconfig = await accountWithout('no-list', { 'batch/jobs': ['list'] });
    const expected = {
      code: 'k8s_concurrency_guard_unreachable',
      cause: 'rbac',
      job: 'none',
      says: [/list jobs/],
    } as const;
    await verdictOf({ ...works, kubeconfig }, expected);
  });

  test('without create secrets: the Job is withdrawn before it starts', async () => {
    const kubeconfig = await accountWithout('no-secret', { '/secrets': ['create'] });
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
