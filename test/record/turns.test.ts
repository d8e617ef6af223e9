import { expect, test } from 'vitest';
import { bundleLines } from '../../src/record/bundle-lines.ts';
import { type Rule, rewriteJsonInTurns, turnBytes } from '../../src/record/json-bytes.ts';
import type { Kept } from '../../src/record/kept.ts';
import { keepKnownWordsInTurns } from '../../src/record/known-words.ts';
import { plan } from '../manifest/plan.ts';

/** An answer with thousands of Jobs. */
const answer = JSON.stringify({
  kind: 'JobList',
  items: Array.from({ length: 5_000 }, (_, n) => ({
    metadata: { name: `job-${n}`, labels: { 'paperclip.io/run-id': `run-${n}` } },
    spec: { template: { spec: { containers: [{ name: 'claude', env: [{ name: 'A', value: `${n}`.repeat(20) }] }] } } },
  })),
});

/** Counts turns, and the most bytes that were worked on between two of them. */
class Turns {
  count = 0;
  most = 0;
  private since = 0;

  worked(raw: string): string {
    this.since += raw.length;
    this.most = Math.max(this.most, this.since);
    return raw;
  }

  async take(): Promise<void> {
    this.count++;
    this.since = 0;
  }
}

test('the values of a long answer are gone through in slices, with a turn for others after each', async () => {
  const turns = new Turns();
  const through = (raw: string) => turns.worked(raw);
  const rule: Rule = { text: through, name: through, number: through, member: () => rule, item: () => rule };
  expect(await rewriteJsonInTurns(answer, rule, () => turns.take())).toBe(answer);
  expect(turns.most).toBeLessThan(turnBytes);
  expect(turns.count).toBe(Math.ceil(answer.length / turnBytes) - 1);
});

test('and so are the words of one that broke off, which is no JSON', async () => {
  const turns = new Turns();
  const half = answer.slice(0, -10);
  const filled = await keepKnownWordsInTurns(
    half,
    (raw) => turns.worked('x'.repeat(raw.length)),
    () => turns.take(),
  );
  expect(filled).toHaveLength(half.length);
  expect(filled).toMatch(/^\{"xxxx":"xxxxxxx","xxxxx":/);
  expect(turns.most).toBeLessThan(turnBytes);
  expect(turns.count).toBe(Math.ceil(half.length / turnBytes) - 1);
});

test('no word is parted between two slices', async () => {
  const text = `${'x'.repeat(turnBytes - 2)} error and more`;
  for (let from = 0; from < 6; from++) {
    const filled = await keepKnownWordsInTurns(
      text.slice(from),
      (raw) => 'y'.repeat(raw.length),
      async () => {},
    );
    expect(filled.slice(-16)).toBe(' error and yyyy'.padStart(16, 'y'));
  }
});

const at = 0;
const listed = (text: string): Kept[] => [
  { f: 'request', at, id: 1, verb: 'list', resource: 'jobs', method: 'GET', path: '/jobs', body: undefined },
  { f: 'head', at, id: 1, status: 200, headers: {} },
  { f: 'chunk', at, id: 1, bytes: Buffer.from(text) },
];
const decisions: Kept[] = Array.from({ length: 10_000 }, (_, n) => ({
  f: 'decision',
  at: n,
  transition: { type: 'output', at: n, lines: 1, bytes: 1 },
}));

test.each([
  ['one long answer', () => listed(answer), answer.length],
  ['half of one', () => listed(answer.slice(0, -10)), answer.length],
  ['thousands of decisions', () => decisions, 70 * decisions.length],
])('a bundle with %s is written with turns for others', async (_, frames, bytes) => {
  let turns = 0;
  const lines = bundleLines({
    plan: plan(),
    build: 'test',
    startedAt: 0,
    endedAt: 1,
    outcome: undefined,
    frames: frames(),
    dropped: { frames: 0, bytes: 0 },
    async turn() {
      turns++;
    },
  });
  let written = 0;
  for await (const line of lines) written += line.length;
  expect(written).toBeGreaterThan(bytes);
  expect(turns).toBeGreaterThanOrEqual(Math.floor(bytes / turnBytes));
});
