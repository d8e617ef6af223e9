import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadKubeConfig } from '../../src/kubernetes/kubeconfig.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function file(name: string, over: { server?: string; context?: string; current?: string } = {}): string {
  const path = join(home, name);
  const { server = `https://${name}:6443`, context = name, current = context } = over;
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: `${name}-cluster`, cluster: { server } }],
      users: [{ name: `${name}-user`, user: { token: 't' } }],
      contexts: [
        { name: context, context: { cluster: `${name}-cluster`, user: `${name}-user`, namespace: `${name}-ns` } },
      ],
      'current-context': current,
    }),
  );
  return path;
}

function loaded(path: string | undefined, env: NodeJS.ProcessEnv) {
  const found = loadKubeConfig(path, { HOME: home, ...env });
  if (!found.ok) throw new Error(found.error);
  return { server: found.config.getCurrentCluster()?.server, namespace: found.namespace };
}

function errorOf(path: string | undefined, env: NodeJS.ProcessEnv = {}): string {
  const found = loadKubeConfig(path, { HOME: home, ...env });
  if (found.ok) throw new Error('it was loaded');
  return found.error;
}

describe('where it is looked for', () => {
  test('the one that is named, before that of the environment, before that of the home', () => {
    mkdirSync(join(home, '.kube'));
    const [named, environment] = [file('named'), file('environment')];
    file('.kube/config', { server: 'https://home:6443', context: 'home' });
    expect(loaded(named, { KUBECONFIG: environment })).toEqual({ server: 'https://named:6443', namespace: 'named-ns' });
    expect(loaded(undefined, { KUBECONFIG: environment }).server).toBe('https://environment:6443');
    expect(loaded(undefined, { KUBECONFIG: '' }).server).toBe('https://home:6443');
    expect(loaded('', { KUBECONFIG: environment }).server).toBe('https://environment:6443');
    expect(loaded(undefined, {}).server).toBe('https://home:6443');
  });

  test('several files in KUBECONFIG are one, the first decides', () => {
    const [one, two] = [file('one'), file('two')];
    expect(loaded(undefined, { KUBECONFIG: `${one}:${two}` })).toEqual({
      server: 'https://one:6443',
      namespace: 'one-ns',
    });
    const other = file('one', { current: 'two' });
    expect(loaded(undefined, { KUBECONFIG: `${other}:${two}` }).server).toBe('https://two:6443');
  });
});

describe('every error names the file and what is wrong', () => {
  test('nowhere', () => {
    expect(errorOf(undefined)).toBe(
      'no cluster: there is no KUBECONFIG, no ~/.kube/config and no service account; set KUBECONFIG, or the configuration key kubeconfig, to the file of the cluster to use',
    );
  });

  test('a file that is not there', () => {
    const path = join(home, 'none');
    expect(errorOf(path)).toContain(`kubeconfig: ${path} can not be read as a kubeconfig: ENOENT`);
    expect(errorOf(undefined, { KUBECONFIG: path })).toContain(`KUBECONFIG: ${path} can not be read`);
  });

  test('a file that is no kubeconfig', () => {
    const path = join(home, 'odd');
    writeFileSync(path, 'a: [1');
    const error = errorOf(path);
    expect(error).toContain(`${path} can not be read as a kubeconfig: `);
    expect(error).not.toContain('\n');
  });

  test('a context that names no cluster', () => {
    const path = file('one', { context: 'prod', current: 'staging' });
    expect(errorOf(path)).toBe(
      `kubeconfig: ${path}: its current context "staging" names no cluster (contexts there: prod)`,
    );
    writeFileSync(path, '{"apiVersion":"v1","kind":"Config"}');
    expect(errorOf(path)).toContain('its current context "" names no cluster (contexts there: none)');
  });

  test('a server that is no URL', () => {
    const path = file('one', { server: 'not a url' });
    expect(errorOf(path)).toBe(`kubeconfig: ${path}: the server not a url is not a URL`);
  });
});
