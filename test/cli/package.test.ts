import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type OutputChunk } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commands } from '../../rolldown.config.ts';
import { notices } from '../../rolldown.notices.ts';

const root = join(import.meta.dirname, '..', '..');
const place = mkdtempSync(join(tmpdir(), 'package-'));
const dist = join(place, 'dist');
const said = join(dist, 'parts/notices.txt');
const chunks = new Map<string, OutputChunk>();

beforeAll(async () => {
  mkdirSync(dist);
  copyFileSync(join(root, 'package.json'), join(place, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'));
  symlinkSync(join(root, 'dashboards'), join(place, 'dashboards'));
  const { output } = await build({ ...commands, plugins: [notices(said)], output: { ...commands.output, dir: dist } });
  for (const part of output) if (part.type === 'chunk') chunks.set(part.fileName, part);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

async function claudeK8s(...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [join(dist, 'cli/main.js'), ...args])).stdout;
}

/** What is loaded before a line of `file` runs. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  for (const name of chunks.get(file)?.imports ?? []) {
    if (seen.has(name)) continue;
    seen.add(name);
    loadedWith(name, seen);
  }
  return seen;
}

test('the command loads no library before it knows that this Node can', () => {
  const loaded = [...loadedWith('cli/main.js')];
  const modules = loaded.flatMap((name) => Object.keys(chunks.get(name)?.modules ?? {}));
  expect(modules.some((name) => name.endsWith('exit-code.ts'))).toBe(true);
  expect(modules.filter((name) => name.includes('node_modules'))).toEqual([]);
  expect(loaded.filter((name) => !chunks.has(name) && !isBuiltin(name))).toEqual([]);
});

test('what it needs besides Node is OpenTelemetry', () => {
  const others = [...chunks.values()].flatMap(({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  const packages = new Set(others.filter((name) => !chunks.has(name) && !isBuiltin(name)));
  expect([...packages].sort()).toEqual(['@opentelemetry/api', '@opentelemetry/api-logs', '@opentelemetry/sdk-node']);
});

test('each module is there once, whichever of its entries is loaded', () => {
  const all = [...chunks.values()].flatMap(({ modules }) => Object.keys(modules));
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test('it says who made what is built into it', () => {
  const text = readFileSync(said, 'utf8');
  for (const made of ['@kubernetes/client-node', 'commander', 'undici', 'prom-client', 'zod'])
    expect(text).toContain(`${made} `);
});

test('it finds the boards that lie beside it', async () => {
  const folder = join(place, 'boards');
  mkdirSync(folder);
  await claudeK8s('dashboards', '--write', folder);
  expect(await claudeK8s('dashboards', '--check', folder)).toMatch(/^all \d+ files are those of this build$/m);
});

test('it replays a recorded incident in the process that it starts for itself', async () => {
  const bundle = join(root, 'fixtures/incidents/success/eighteen-minutes/bundle.ndjson.zst');
  expect(await claudeK8s('replay', bundle)).toContain('1 replayed: 1 same');
});

test('and judges the same build given as a folder', async () => {
  const bundle = join(root, 'fixtures/incidents/success/eighteen-minutes/bundle.ndjson.zst');
  expect(await claudeK8s('replay', '--build', place, '--against', place, bundle)).toContain('1 replayed: 1 same');
});
