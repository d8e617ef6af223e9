import { readdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { causes, failureCodes } from '../../src/failure/table.ts';
import { openBundle } from '../../src/record/read-bundle.ts';
import { verifyBundle } from '../../src/record/verify.ts';
import { changesOf } from '../../src/replay/accepted.ts';
import { bundlesIn } from '../../src/replay/bundles-in.ts';
import { expectedOf } from '../../src/replay/expectation.ts';
import type { Verdict } from '../../src/replay/judge/judge.ts';
import { incidents, keptGolden, replayWithGolden } from './golden.ts';

const bundles = await bundlesIn([incidents]);
const folderOf = (bundle: string) => relative(incidents, dirname(bundle));
const came = new Map<string, Verdict>();

describe('a recorded incident', () => {
  test.each(bundles.map((bundle) => [folderOf(bundle), bundle] as const))('%s', async (folder, bundle) => {
    const { replayed, golden } = await replayWithGolden(bundle);
    const { judgement } = replayed;
    expect(changesOf(replayed).open, judgement.verdict.message).toEqual([]);
    if (judgement.verdict.came !== undefined) came.set(folder, judgement.verdict.came);
    expect(folder.split('/')[0]).toBe(judgement.verdict.came?.code ?? 'success');
    expect(golden, 'spans or counters are others: if that is meant, run `npm run derive`').toEqual(
      await keptGolden(bundle),
    );
    const { frames, torn, findings } = await verifyBundle(bundle);
    expect({ torn, findings }).toEqual({ torn: undefined, findings: [] });
    expect(frames).toBeGreaterThan(5);
  });
});

describe('the incidents together', () => {
  let sizes: { name: string; bytes: number }[] = [];
  beforeAll(async () => {
    const entries = await readdir(join(incidents, '..'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    sizes = await Promise.all(files.map(async (name) => ({ name, bytes: (await stat(name)).size })));
  });

  test('come to every code', () => {
    const codes = new Set([...came.values()].map(({ code }) => code));
    expect([null, ...failureCodes].filter((code) => !codes.has(code))).toEqual([]);
  });

  test('and to every cause', () => {
    const seen = new Set([...came.values()].map(({ cause }) => cause));
    expect(Object.keys(causes).filter((cause) => !seen.has(cause))).toEqual([]);
  });

  test('have a bundle, a golden and a word on how each was made in every folder, and nothing else', async () => {
    expect(bundles.length).toBeGreaterThan(50);
    for (const bundle of bundles) {
      expect((await readdir(dirname(bundle))).sort(), folderOf(bundle)).toEqual([
        'bundle.ndjson.zst',
        'expected.json',
        'golden.json',
      ]);
      expect((await expectedOf(bundle)).about, folderOf(bundle)).toMatch(/^\S.{20,}/);
    }
  });

  test('take less than 8 MB with all other fixtures', () => {
    expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(8_000_000);
  });

  test('have words that can be read only where they were written for it', async () => {
    const kept: string[] = [];
    for (const bundle of bundles) {
      const { header } = await openBundle(bundle);
      if (header.redaction.output === 'kept') kept.push(folderOf(bundle));
    }
    expect(kept).toEqual(['success/stream-cut']);
  });
});
