import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isBuiltin } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adapter } from '../../rolldown.config.ts';
import { notices } from '../../rolldown.notices.ts';

const root = join(import.meta.dirname, '..', '..');
const place = mkdtempSync(join(tmpdir(), 'package-'));
const said = join(place, 'dist/index.notices.txt');

beforeAll(async () => {
  mkdirSync(join(place, 'dist'));
  copyFileSync(join(root, 'package.json'), join(place, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  const output = { ...adapter.output, file: join(place, 'dist/index.js') };
  await build({ ...adapter, plugins: [notices(said)], output });
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** What the host loads, in a process of its own. */
async function inHost(script: string, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const file = join(place, 'host.mjs');
  writeFileSync(file, `import * as adapter from './dist/index.js';\n${script}`);
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env: { ...process.env, ...env } });
  return JSON.parse(stdout);
}

test('what the host loads is one file, which needs Node and the OpenTelemetry API of the host', () => {
  const text = readFileSync(join(place, 'dist/index.js'), 'utf8');
  const imported = [...text.matchAll(/^import .*?from "([^"]+)";$/gm)].map(([, name]) => `${name}`);
  const others = new Set(imported.filter((name) => !isBuiltin(name)));
  expect([...others].sort()).toEqual(['@opentelemetry/api', '@opentelemetry/api-logs']);
  expect(text).not.toMatch(/\bimport\(["']\.|\brequire\(["']\./);
});

test('what only it needs of the host’s own code is built in: the command and the replay need none of it', () => {
  const text = readFileSync(join(place, 'dist/index.js'), 'utf8');
  expect(text).toContain('Continue your Paperclip work.');
  expect(text).not.toContain('acpx');
  for (const entry of ['cli/program.ts', 'replay/entry.ts']) {
    const seen = new Set<string>();
    const named = importsFrom(join(root, 'src', entry), seen);
    expect(seen.size).toBeGreaterThan(20);
    expect(named.filter((name) => name.startsWith('@paperclipai/'))).toEqual([]);
  }
});

/** Packages that a file and what it imports name. */
function importsFrom(path: string, seen: Set<string>): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const statements = readFileSync(path, 'utf8').matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gms);
  return [...statements].flatMap(([, name = '']) =>
    name.startsWith('.') ? importsFrom(join(path, '..', name), seen) : [name],
  );
}

test('it finds its own package, and gives the adapter', async () => {
  expect(await inHost('console.log(JSON.stringify(adapter.createServerAdapter().type));')).toBe('claude_k8s');
});

test('it still signs in as a kubeconfig says, here by a program that prints a token', async () => {
  const asked: (string | undefined)[] = [];
  const api = createServer(({ headers }, response) => {
    asked.push(headers.authorization);
    response.writeHead(401, { 'content-type': 'application/json' }).end('{"kind":"Status","message":"not you"}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  const token = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'printed' } };
  const exec = {
    apiVersion: token.apiVersion,
    command: process.execPath,
    args: ['-e', `console.log(${JSON.stringify(JSON.stringify(token))})`],
    interactiveMode: 'Never',
  };
  const server = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const kubeconfig = join(place, 'kubeconfig.json');
  const named = { cluster: 'here', user: 'me', namespace: 'agents' };
  const config = {
    clusters: [{ name: 'here', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'me', user: { exec } }],
    contexts: [{ name: 'it', context: named }],
    'current-context': 'it',
  };
  writeFileSync(kubeconfig, JSON.stringify(config));
  const script = `
    const config = ${JSON.stringify({ kubeconfig, image: 'agent:1' })};
    const { status } = await adapter.createServerAdapter().testEnvironment({ config });
    console.log(JSON.stringify(status));
    process.exit();`;
  try {
    expect(await inHost(script, { CLAUDE_K8S_METRICS_PORT: '0' })).toBe('fail');
  } finally {
    api.close();
  }
  expect(new Set(asked)).toEqual(new Set(['Bearer printed']));
});

test('it says who made what is built into it, and under which terms', () => {
  const text = readFileSync(said, 'utf8');
  for (const made of ['@kubernetes/client-node', 'undici', 'prom-client', 'zod']) expect(text).toContain(`${made} `);
  expect(text).toContain('Apache License');
});
