import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { command } from './command.ts';
import { done, init, openPlace, type Place, said } from './place.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-bundle-'));
const header = { f: 'header', format: 'claude-k8s-incident/1', startedAt: 0 };

function bundle(name: string, ...frames: object[]): string {
  const path = join(folder, name);
  writeFileSync(path, zstdCompressSync([header, ...frames].map((frame) => `${JSON.stringify(frame)}\n`).join('')));
  return path;
}

describe('bundle verify', () => {
  const clean = bundle('clean.ndjson.zst', { f: 'chunk', t: 1, id: 1, text: 'all is well' });
  const key = `sk-ant-${'Abc123'.repeat(5)}`;
  const bad = bundle(
    'bad.ndjson.zst',
    { f: 'chunk', t: 1, id: 1, text: `the key ${key.slice(0, 12)}` },
    { f: 'chunk', t: 1, id: 2, text: 'of another answer' },
    { f: 'chunk', t: 2, id: 1, text: key.slice(12) },
  );

  test('finds nothing: exit 0', async () => {
    const { code, out } = await command(['bundle', 'verify', clean]);
    expect({ code, out }).toEqual({ code: 0, out: `${clean}: nothing found in 2 frames` });
  });

  test('finds a secret that two chunks share, does not show it, exit 1', async () => {
    const { code, out } = await command(['bundle', 'verify', clean, bad]);
    expect(code).toBe(1);
    expect(out).toContain(`${bad}: line 4 (chunk): looks like a secret: API key of ${key.length} characters`);
    expect(out).not.toContain(key.slice(0, 12));
  });

  test('can not read one: exit 2, and the others are still looked at', async () => {
    const { code, out, err } = await command(['bundle', 'verify', join(folder, 'none'), bad]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: .*none: can not be read \(ENOENT\)$/);
    expect(out).toContain('looks like a secret');
  });

  const folderOf = (name: string, ...bundles: string[]) => {
    const inside = join(folder, name);
    mkdirSync(join(inside, 'deeper'), { recursive: true });
    for (const path of bundles) copyFileSync(path, join(inside, 'deeper', basename(path)));
    return inside;
  };

  test('looks at every bundle of a folder', async () => {
    const inside = folderOf('several', clean, bad);
    const { code, out } = await command(['bundle', 'verify', inside]);
    expect(code).toBe(1);
    expect(out.split('\n')).toEqual([
      expect.stringMatching(/several\/deeper\/bad\.ndjson\.zst: line 4 .*looks like a secret/),
      expect.stringMatching(/several\/deeper\/clean\.ndjson\.zst: nothing found/),
    ]);
  });

  test('says when there is no bundle in a folder: exit 2', async () => {
    const inside = folderOf('nothing');
    const { code, err } = await command(['bundle', 'verify', inside, clean]);
    expect({ code, err }).toEqual({ code: 2, err: `error: ${inside}: no bundle (*.ndjson.zst) in it` });
  });

  test.each([
    ['in a frame that this build does not know', [{ f: 'tomorrow', t: 1, note: key }], 'line 2 (tomorrow)'],
    ['in a member that a chunk does not have', [{ f: 'chunk', t: 1, id: 1, text: '', note: key }], 'line 2 (chunk)'],
    ['where a text should be', [{ f: 'chunk', t: 1, id: 1, text: { note: key } }], 'line 2 (chunk)'],
    ['in the middle of base64', [{ f: 'chunk', t: 1, id: 1, base64: btoa(`\xff ${key}`) }], 'line 2 (chunk)'],
  ])('finds a secret %s', async (_, frames, where) => {
    const { code, out } = await command(['bundle', 'verify', bundle('hidden.ndjson.zst', ...frames)]);
    expect(code).toBe(1);
    expect(out).toContain(`${where}: looks like a secret: API key`);
  });

  test('finds a secret in a line that breaks off', async () => {
    const path = join(folder, 'torn.ndjson.zst');
    writeFileSync(path, zstdCompressSync(`${JSON.stringify(header)}\n{"f":"chunk","text":"${key}`));
    const { code, out, err } = await command(['bundle', 'verify', path]);
    expect({ code, err }).toEqual({ code: 1, err: `warning: ${path}: it breaks off in the middle of line 2` });
    expect(out).toContain('line 2 (half a frame): looks like a secret: API key');
  });

  test('lists a thousand findings and counts the rest', async () => {
    const many = Array.from({ length: 1_003 }, (_, id) => ({ f: 'chunk', t: 1, id, text: key }));
    const { code, out } = await command(['bundle', 'verify', bundle('many.ndjson.zst', ...many)]);
    const lines = out.split('\n');
    expect([code, lines.length, lines.at(-1)?.endsWith(': and 3 more')]).toEqual([1, 1_001, true]);
  });

  test('--json prints one document', async () => {
    const { code, out } = await command(['bundle', 'verify', bad, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([{ path: bad, findings: [{ line: 4, looksLike: 'API key' }] }]);
  });
});

describe('a run from the terminal', () => {
  let place: Place;
  afterEach(() => place.close());
  const fails = (pod: PodPlay) => pod.scheduled().running().say(init, said('Hello there.')).exited(7);
  const works = (pod: PodPlay) => pod.scheduled().running().say(init, done).exited(0);
  const run = (...argv: string[]) =>
    command(['run', 'hi', '--image', 'a:1', '--kubeconfig', place.kubeconfig, ...argv]);

  test('that fails says where its recording is, and the recording holds no secret', async () => {
    place = await openPlace(fails);
    const { code, err } = await run('--incident-dir', join(folder, 'incidents'));
    expect(code).toBe(1);
    const path = /^recorded: (.*)$/m.exec(err)?.[1] ?? '';
    expect(path).toMatch(/incidents\/\d{8}T.*-agents-ac-terminal-.*-claude_truncated-[0-9a-f]{8}\.ndjson\.zst$/);
    expect((await command(['bundle', 'verify', path])).code).toBe(0);
  });

  test.each([
    ['that succeeds', works, []],
    ['that fails, with recordings switched off', fails, ['--record-incidents', 'off']],
  ] as const)('%s leaves none', async (_, life, argv) => {
    place = await openPlace(life);
    expect((await run('--incident-dir', join(folder, 'none'), ...argv)).err).not.toContain('recorded');
  });

  test('that is recorded leaves one, whatever comes of it', async () => {
    place = await openPlace(works);
    const argv = ['record', 'hi', '--image', 'a:1', '--kubeconfig', place.kubeconfig];
    const { code, err } = await command([...argv, '--incident-dir', join(folder, 'asked-for')]);
    expect(code).toBe(0);
    const path = /^recorded: (.*)$/m.exec(err)?.[1] ?? '';
    expect(path).toMatch(/asked-for\/\d{8}T.*-succeeded-[0-9a-f]{8}\.ndjson\.zst$/);
    expect((await command(['explain', path])).out).toContain('succeeded');
  });

  test('that fails without a directory leaves none', async () => {
    place = await openPlace(fails);
    expect((await run()).err).not.toMatch(/recorded|incident/);
  });

  test('whose recording can not be written says so and ends as it would', async () => {
    place = await openPlace(fails);
    const { code, err } = await run('--incident-dir', import.meta.filename);
    expect(code).toBe(1);
    expect(err).toMatch(/warning: incidentDir: .*bundle\.test\.ts: the incident could not be written: E/);
  });
});
