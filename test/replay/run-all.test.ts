import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownBuild } from '../../src/replay/builds.ts';
import { replayAll } from '../../src/replay/run-all.ts';

const incidents = join(import.meta.dirname, '../../fixtures/incidents');
const bundles = ['short', 'stream-cut'].map((name) => join(incidents, 'success', name, 'bundle.ndjson.zst'));

/** A build that is lost in its first run, and is right in every process after that. */
function lostOnce(how: string): string {
  const source = `
    import { existsSync, writeFileSync } from 'node:fs';
    import { replayable as own } from ${JSON.stringify(ownBuild().entry)};
    const mark = process.env.TMPDIR + '/lost-once-${how.length}';
    export const replayable = { ...own, begin(...args) {
      if (existsSync(mark)) return own.begin(...args);
      writeFileSync(mark, '');
      ${how}
    } };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

test.each([
  ['spins', 'for (;;);', /no answer within 3 s, and was ended/],
  ['ends its process', 'process.exit(7);', /ended with code 7/],
])('a build that %s is a fault for one bundle, and the next one is replayed in a new process', async (_, how, says) => {
  const build = { entry: lostOnce(how), foreign: false };
  const [first, second] = await replayAll({
    ...{ bundles, build, against: undefined, strict: false, processes: 1 },
    patienceMs: 3_000,
  });
  expect(first).toMatchObject({ is: 'harness_fault', error: expect.stringMatching(says) });
  expect(second).toMatchObject({ is: 'replayed', replayed: { judgement: { changes: [] } } });
});
