import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { flagOf } from '../../src/cli/config-flags.ts';
import { optionKeys, options } from '../../src/config/options.ts';
import { command } from './command.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Nothing listens on port 1: whatever gets so far has passed every check before the cluster. */
const nowhere = file(
  'nowhere.yaml',
  `apiVersion: v1
kind: Config
clusters: [{ name: c, cluster: { server: 'https://127.0.0.1:1' } }]
users: [{ name: u, user: { token: t } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
);

beforeEach(() => {
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('HOME', folder);
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
  return () => vi.unstubAllEnvs();
});

describe('is refused with exit code 2, before any cluster is asked', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown flag', ['hi', '--modle', 'x'], /unknown option '--modle'\n\(Did you mean --model\?\)/],
    ['a wrong type', ['hi', '--max-turns-per-run', 'abc'], /maxTurnsPerRun: expected a whole number .*"abc"/],
    [
      'an impossible quantity',
      ['hi', '--resources-limits-memory', '2Gx'],
      /resources\.limits\.memory: expected a Kubernetes quantity.*"2Gx"/,
    ],
    [
      'an unknown key in the file',
      ['hi', '--config', file('bad.yaml', 'modell: x')],
      /bad\.yaml: unknown key "modell"; did you mean model\?/,
    ],
    ['a file that is not there', ['hi', '--config', '/nope.yaml'], /--config: \/nope\.yaml: ENOENT/],
    ['a file that is a list', ['hi', '--config', file('list.yaml', '- a')], /expected an object of keys, got a list/],
    ['a file that is no YAML', ['hi', '--config', file('broken.yaml', 'a: [1')], /broken\.yaml: /],
    ['an empty prompt', ['', '--image', 'a:1'], /prompt: it is empty/],
    ['two prompts', ['hi', '--prompt-file', nowhere], /the prompt is already given/],
    ['a prompt file that is not there', ['--prompt-file', '/nope'], /--prompt-file: .*ENOENT/],
    ['a secret that is not set', ['hi', '--secret-env', 'NOPE_X'], /--secret-env: NOPE_X is not set/],
    ['a cursor without a Job', ['hi', '--cursor', 'x'], /--cursor: only with --attach/],
    ['a cursor that is none', ['--attach', 'x', '--cursor', 'x'], /--cursor: expected the cursor that a run printed/],
    ['a Job without a name', ['--attach', ''], /--attach: expected the name of a Job, got ""/],
    ['a Job with a prompt', ['hi', '--attach', 'x'], /prompt: not with --attach/],
    ['an agent without a name', ['hi', '--agent', '--'], /--agent: expected an id .* got "--"/],
    ['a prompt without quotes', ['say', 'hello'], /prompt: expected one argument, got 2; put the prompt in quotes/],
    ['a flag without its value', ['hi', '--image'], /'--image <text>' argument missing\n\(claude-k8s run --help/],
    ['two ways to print', ['hi', '--json', '--raw'], /--raw: not with --json/],
    ['a variable without a value', ['hi', '--env', 'A'], /env: expected .*key=value/],
    ['a pair that is none', ['hi', '--env', 'A=b', '--env', 'foo'], /^error: --env: expected key=value, got "foo"$/],
    [
      'what may be a secret',
      ['hi', '--env', 'sk-ant-0123456789abcdef0123456789'],
      /^error: --env: expected key=value, got text of 33 characters$/,
    ],
    [
      'a pair that is none beside a file',
      ['hi', '--node-selector', 'x', '--config', file('good.yaml', 'nodeSelector: { a: b }')],
      /^error: --node-selector: expected key=value, got "x"$/,
    ],
  ])('%s', async (_, argv, words) => {
    const { code, out, err } = await command(['run', ...argv]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(words);
    expect(err.split('\n').length).toBeLessThan(4);
  });

  test('several things at once are all told', async () => {
    const { err } = await command([
      'run',
      'hi',
      '--effort',
      'x'.repeat(3),
      '--timeout-sec',
      '-1',
      '--retain-jobs',
      'maybe',
    ]);
    expect(err).toMatch(/timeoutSec/);
    expect(err).toMatch(/retainJobs/);
  });

  test('no prompt on a terminal', async () => {
    const { code, err } = await command(['run'], { terminal: true });
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('prompt: none given') });
  });
});

describe('is refused with exit code 3', () => {
  test.each<[string, string[], RegExp]>([
    ['no cluster at all', [], /no KUBECONFIG.*set KUBECONFIG/],
    ['a kubeconfig that is not there', ['--kubeconfig', '/nope'], /kubeconfig: \/nope can not be read/],
    [
      'a kubeconfig without a context',
      ['--kubeconfig', file('empty.yaml', 'apiVersion: v1')],
      /current context "" names no cluster/,
    ],
    [
      'a cluster that can not be reached',
      ['--kubeconfig', nowhere],
      /https:\/\/127\.0\.0\.1:1 can not be used.*ECONNREFUSED/,
    ],
  ])('%s', async (_, argv, words) => {
    const { code, err } = await command(['run', 'hi', '--image', 'a:1', ...argv]);
    expect(code).toBe(3);
    expect(err).toMatch(words);
  });
});

test('an error of a flag is not laid on the file', async () => {
  const argv = ['run', 'hi', '--config', file('half.yaml', 'effort: [1]'), '--timeout-sec', 'x'];
  const { err } = await command(argv);
  expect(err).toMatch(/^error: timeoutSec: /m);
  expect(err).toMatch(/^error: \S+half\.yaml: effort: /m);
});

test('a server that is no Kubernetes API is told as such', async () => {
  const server = 'http://not-kubernetes.test';
  const config = readFileSync(nowhere, 'utf8').replace(
    /server: '.*?'/,
    `server: '${server}', insecure-skip-tls-verify: true`,
  );
  nock(server).get('/version').reply(200, { name: 'something else' });
  const { code, err } = await command(['run', 'hi', '--image', 'a:1', '--kubeconfig', file('other.yaml', config)]);
  expect(code).toBe(3);
  expect(err).toMatch(/not-kubernetes\.test does not answer as a Kubernetes API \(get version\); check the server/);
});

test('what a flag adds to a name of the file is checked like the rest', async () => {
  const config = file('env.yaml', 'image: a:1\nlabels: { team: red }');
  const { code, err } = await command(['run', 'hi', '--config', config, '--labels', 'broken label=x']);
  expect(code).toBe(2);
  expect(err).toMatch(/^error: labels: .*broken label/);
});

test('every configuration key has a flag of its own, in its group, and no other', async () => {
  const { code, out } = await command(['run', '--help']);
  expect(code).toBe(0);
  for (const key of optionKeys) {
    expect(out).toContain(`${flagOf(key)} `);
    expect(out).toContain(`\n${options[key].group}:`);
  }
  expect(new Set(optionKeys.map(flagOf)).size).toBe(optionKeys.length);
});
