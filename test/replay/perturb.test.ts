import { beforeAll, describe, expect, test } from 'vitest';
import { bundlesIn } from '../../src/replay/bundles-in.ts';
import { replayable } from '../../src/replay/entry.ts';
import { crashEverywhere, type Failure, perturbMany, wordsOf } from '../../src/replay/perturb/many.ts';
import { type Subject, subjectOf } from '../../src/replay/perturb/subject.ts';

let subjects: Subject[] = [];
beforeAll(async () => {
  subjects = await Promise.all((await bundlesIn(['fixtures/incidents'])).map(subjectOf));
});

const told = (failures: readonly Failure[]) =>
  failures
    .map((one) => wordsOf(one, subjects.find(({ path }) => path === one.path)?.history.startedAt ?? 0))
    .join('\n');

const each = 100;

describe('a recorded incident with more going wrong', () => {
  test('there are incidents', () => {
    expect(subjects.length).toBeGreaterThan(0);
  });

  test.each(Array.from({ length: 10 }, (_, index) => 1 + index * each))(
    'from seed %i on: the verdict stays right or says what it could not know, and no line and no living Job is lost',
    async (from) => {
      const seeds = Array.from({ length: each }, (_, index) => from + index);
      expect(told(await perturbMany(replayable, subjects, seeds))).toBe('');
    },
    60_000,
  );

  test('a process that dies at any moment is followed by one that comes to the end', async () => {
    const small = subjects.toSorted((one, other) => one.moments.length - other.moments.length).slice(0, 3);
    for (const subject of small) expect(told(await crashEverywhere(replayable, subject))).toBe('');
  }, 60_000);
});
