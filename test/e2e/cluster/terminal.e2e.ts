import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { label } from '../../../src/manifest/labels.ts';
import { kubeconfigOf } from '../account.ts';
import { ownNamespace } from '../namespace.ts';
import { content, init, mortal, result, says, steps } from '../script.ts';
import { apply, kubectl, surroundings, until } from '../tools.ts';
import { writtenByJob } from '../written.ts';

const namespace = ownNamespace('e2e-terminal');
const main = join(import.meta.dirname, '../../../src/cli/main.ts');

interface Ran {
  child: ChildProcess;
  out(): string;
  err(): string;
  exit: Promise<number | null>;
}

function claudeK8s(args: readonly string[], input?: string): Ran {
  const child = spawn(process.execPath, [main, ...args], { stdio: 'pipe', env: { ...process.env, TOKEN: 'tok-123' } });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin?.end(input ?? '');
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, out: () => out, err: () => err, exit };
}

function run(agent: string, fake: string, ...more: string[]): Ran {
  const limits = ['--resources-requests-cpu', '50m', '--resources-requests-memory', '64Mi'];
  const where = ['--namespace', namespace, '--image', surroundings().fakeImage, '--agent', agent, ...limits];
  return claudeK8s(['run', ...where, '--env', `FAKE_CLAUDE=${fake}`, ...more], 'the prompt');
}

const jobOf = async (agent: string) =>
  (await kubectl('-n', namespace, 'get', 'jobs', '-l', `${label.agentId}=${agent}`, '-o', 'name')).trim();
const counting = `n=0; while [ $n -lt 60 ]; do printf '{"type":"user","n":%d}\\n' $n; n=$((n+1)); usleep 100000; done`;

describe.concurrent('claude-k8s run', () => {
  test('prints what the agent says and exits with 0', async () => {
    const ran = run('readable', steps(init, says('Hello there.'), result));
    expect(await ran.exit).toBe(0);
    expect(ran.out()).toBe('Hello there.\n');
    expect(ran.err()).not.toMatch(/error/);
  });

  test('--json prints the verdict with its evidence and nothing else', async () => {
    const ran = run('json', steps(init, content, 'exit 7'), '--json');
    expect(await ran.exit).toBe(1);
    const diagnosis = JSON.parse(ran.out());
    expect(diagnosis).toMatchObject({ version: 1, code: 'claude_truncated', cause: 'crash', exitCode: 7, namespace });
  });

  test('a failure is told in one line with its code, cause and evidence', async () => {
    const ran = run('fails', steps(init, content, 'exit 7'));
    expect(await ran.exit).toBe(1);
    expect(ran.err().trim().split('\n').at(-1)).toMatch(/^claude_truncated \/ crash: .*exit code 7/);
  });

  test('--secret-env passes a token that nobody else sees', async () => {
    const ran = run(
      'secret',
      steps(init, `printf 'token %s\\n' "$TOKEN"`, result),
      '--secret-env',
      'TOKEN',
      '--retain-jobs',
    );
    expect(await ran.exit).toBe(0);
    expect(ran.out()).toContain('token tok-123');
    const job = await kubectl('-n', namespace, 'get', 'jobs', '-l', `${label.agentId}=secret`, '-o', 'yaml');
    expect(job).not.toContain('tok-123');
  });

  test('Ctrl-C cancels the run and deletes its own Job', async () => {
    const ran = run('ctrl-c', steps(mortal, init, says('at work'), 'sleep 1000 & wait'));
    await until('the agent at work', () => ran.out().includes('at work'));
    ran.child.kill('SIGINT');
    expect(await ran.exit).toBe(130);
    expect(ran.err()).toMatch(/cancelled: The run was cancelled/);
    expect(await jobOf('ctrl-c')).toBe('');
  });

  test('SIGTERM leaves the Job; the command that it prints comes back without losing or doubling a line', async () => {
    const first = run('sigterm', steps(mortal, init, content, counting, result), '--raw');
    await until('lines', () => first.out().split('\n').length > 20);
    first.child.kill('SIGTERM');
    expect(await first.exit).toBe(143);
    const job = (await jobOf('sigterm')).replace(/^.*\//, '');
    expect(job).not.toBe('');
    const way = /to come back: claude-k8s (run .*)/.exec(first.err())?.[1] ?? '';
    const words = [...way.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const second = claudeK8s(words);
    expect(await second.exit).toBe(0);
    const delivered = (first.out() + second.out()).trim().split('\n');
    expect(delivered).toEqual(writtenByJob(namespace, job));
    const lines = delivered.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(63);
    expect(lines.slice(2, -1).map(({ n }) => n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(await jobOf('sigterm')).toBe('');
  });

  test('--attach to a Job that is not there', async () => {
    const ran = claudeK8s(['run', '--attach', 'no-such-job', '--namespace', namespace]);
    expect(await ran.exit).toBe(2);
    expect(ran.err()).toMatch(/^error: .*no-such-job/);
  });
});

test('claude-k8s doctor finds all in order, and an account without rights wanting; it creates nothing', async () => {
  const ask = ['doctor', '--namespace', namespace, '--image', surroundings().fakeImage];
  const green = claudeK8s(ask);
  expect(await green.exit).toBe(0);
  expect(green.out().split('\n')).toContain(`ok    this account may do all that a run needs in ${namespace}`);
  expect(green.out()).toMatch(/^ok {4}no quota bounds namespace/m);
  expect(green.out()).toMatch(/^ok {4}the API takes the Job of such a run/m);
  await kubectl('-n', namespace, 'create', 'serviceaccount', 'without-rights');
  const red = claudeK8s([...ask, '--kubeconfig', await kubeconfigOf('without-rights', namespace)]);
  expect(await red.exit).toBe(1);
  const failed = red.out().match(/(?<=^FAIL {2}this account may not ).*/gm);
  expect(failed).toEqual(['create jobs', 'list jobs', 'list pods', 'get pods/log']);
  expect(red.out()).toContain(`-> allow create on jobs in namespace ${namespace}`);
  expect(red.err()).toBe('');
});

describe('what an admission policy of the cluster has against the Job', () => {
  const policy = 'e2e-terminal-owners';
  const admission = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: policy } };
  const ours = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } };
  const creates = { apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['jobs'] };
  const message = 'every Job names its team';

  const bind = (action: 'Deny' | 'Warn') =>
    apply({
      ...{ ...admission, kind: 'ValidatingAdmissionPolicyBinding' },
      spec: { policyName: policy, validationActions: [action], matchResources: ours },
    });
  beforeAll(() =>
    apply({
      ...{ ...admission, kind: 'ValidatingAdmissionPolicy' },
      spec: {
        matchConstraints: { resourceRules: [creates] },
        validations: [{ expression: "'team' in object.metadata.labels", message }],
      },
    }),
  );
  afterAll(async () => {
    await kubectl('delete', 'validatingadmissionpolicybinding', policy, '--ignore-not-found');
    await kubectl('delete', 'validatingadmissionpolicy', policy, '--ignore-not-found');
  });

  const asked = async (...flags: string[]) => {
    const ran = claudeK8s(['doctor', '--namespace', namespace, '--image', surroundings().fakeImage, ...flags]);
    return { code: await ran.exit, out: ran.out() };
  };

  test.each([
    ['Deny', 1, 'FAIL  the API refuses the Job of such a run: '],
    ['Warn', 0, 'warn  the API warns of such a Job: '],
  ] as const)('%s is told by claude-k8s doctor, which makes nothing', async (action, code, words) => {
    const before = await kubectl('-n', namespace, 'get', 'jobs', '-o', 'name');
    await bind(action);
    // The API server learns of a policy some time after it is there.
    await until('the policy to be in force', async () => (await asked()).out.includes(words), 60);
    const told = await asked();
    expect(told.code).toBe(code);
    expect(told.out.split('\n').find((line) => line.startsWith(words))).toContain(message);
    expect((await asked('--labels', 'team=night')).out).toMatch(/^ok {4}the API takes the Job/m);
    expect(await kubectl('-n', namespace, 'get', 'jobs', '-o', 'name')).toBe(before);
  });
});
