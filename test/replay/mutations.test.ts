import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayAll } from '../../src/replay/run-all.ts';
import { breakages, otherWays } from './breakages.ts';
import { changedBuild, type Edit } from './broken-builds.ts';

const incidents = join(import.meta.dirname, '../../fixtures/incidents');

/** The changes of each incident under a copy of this build with some of its text replaced, by incident. */
async function changesBy(edits: readonly Edit[], folders: readonly string[]) {
  const { entry, remove } = changedBuild(edits);
  try {
    const bundles = folders.map((folder) => join(incidents, folder, 'bundle.ndjson.zst'));
    const results = await replayAll({
      bundles,
      build: { entry, foreign: false },
      against: undefined,
      strict: false,
      processes: 1,
    });
    return Object.fromEntries(
      results.map((result, index) => [
        folders[index],
        result.is === 'replayed' ? result.replayed.judgement.changes : result,
      ]),
    );
  } finally {
    remove();
  }
}

const shown = [...new Set(Object.values(breakages).map(({ shownBy }) => shownBy))];
const same = Object.fromEntries(shown.map((folder) => [folder, []]));

describe.concurrent('a build that', { timeout: 30_000 }, () => {
  test.each(Object.entries(breakages))('%s is found out', async (_, { edits, shownBy, as }) => {
    const { [shownBy]: changes } = await changesBy(edits, [shownBy]);
    expect(changes).toEqual(expect.arrayContaining([expect.objectContaining({ is: as })]));
  });

  test.each(Object.entries(otherWays))('%s is the same', async (_, { edits }) => {
    expect(await changesBy(edits, shown)).toEqual(same);
  });
});

test('a copy whose text is not the expected one is not made', () => {
  const file = 'run/held.ts';
  expect(() => changedBuild([{ file, from: 'no such text', to: '' }])).toThrow('stands there 0 times, expected once');
  expect(() => changedBuild([{ file, from: 'import', to: '' }])).toThrow(/stands there \d\d times, expected once/);
});
