import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stageBundle } from '../../src/prepare/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;

function fresh(files: Record<string, string>): string {
  const root = join(folder, `source-${serial++}`);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 });
  }
  return root;
}

const volume = () => join(folder, `volume-${serial++}`);
const skill = (from: string, name = 'review') => ({ from, to: ['.claude', 'skills', name] });

describe('a bundle', () => {
  test('has every file at its place, and programs stay programs', async () => {
    const from = fresh({ 'SKILL.md': 'how to', 'bin/run.sh': '#!/bin/sh' });
    const { directory, warnings } = await stageBundle([skill(from)], volume());
    expect(warnings).toEqual([]);
    expect(readFileSync(`${directory}/.claude/skills/review/SKILL.md`, 'utf8')).toBe('how to');
    expect(statSync(`${directory}/.claude/skills/review/bin/run.sh`).mode & 0o111).not.toBe(0);
  });

  test('of the same content is there once, whoever stages it; another content is another bundle', async () => {
    const root = volume();
    const one = await stageBundle([skill(fresh({ a: '1', b: '2' }))], root);
    const same = await stageBundle([skill(fresh({ b: '2', a: '1' }))], root);
    const other = await stageBundle([skill(fresh({ a: '1', b: '3' }))], root);
    expect(same.directory).toBe(one.directory);
    expect(other.directory).not.toBe(one.directory);
    expect(readdirSync(join(root, '.claude-k8s', 'bundles'))).toHaveLength(2);
  });

  test('staged twice at the same moment leaves one and no leftovers', async () => {
    const root = volume();
    const from = fresh({ a: 'x'.repeat(100_000) });
    const both = await Promise.all([stageBundle([skill(from)], root), stageBundle([skill(from)], root)]);
    expect(both.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(readdirSync(join(root, '.claude-k8s', 'bundles'))).toHaveLength(1);
  });

  test.each(['..', '.', 'a/b', '../../etc', ''])(
    'never leaves its place: a skill named %j is left out',
    async (name) => {
      const root = volume();
      const { directory, warnings } = await stageBundle([skill(fresh({ a: '1' }), name)], root);
      expect(directory).toBeUndefined();
      expect(warnings).toEqual([expect.stringContaining('no plain file name')]);
    },
  );

  test('follows no link', async () => {
    const from = fresh({ a: '1' });
    symlinkSync('/etc/passwd', join(from, 'link'));
    const { directory } = await stageBundle([skill(from)], volume());
    expect(readdirSync(`${directory}/.claude/skills/review`)).toEqual(['a']);
  });

  test('goes without what can not be read, and says so', async () => {
    const { directory, warnings } = await stageBundle(
      [skill('/no/such/folder'), skill(fresh({ a: '1' }), 'there')],
      volume(),
    );
    expect(readdirSync(`${directory}/.claude/skills`)).toEqual(['there']);
    expect(warnings).toEqual([expect.stringContaining('/no/such/folder')]);
  });

  test('that can not be written is a warning', async () => {
    const root = fresh({ '.claude-k8s': 'a file where a folder should be' });
    const { directory, warnings } = await stageBundle([skill(fresh({ a: '1' }))], root);
    expect(directory).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('can not be written')]);
  });
});
