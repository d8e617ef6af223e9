import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
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
  ['spins', 'for (;;);', /no answer within 5 s, and was ended/],
  ['ends its process', 'process.exit(7);', /ended with code 7/],
])('a build that %s is a fault for one bundle, and the next one is replayed in a new process', async (_, how, says) => {
  const build = { entry: lostOnce(how), foreign: false };
  const [first, second] = await replayAll({
    ...{ bundles, build, against: undefined, strict: false, processes: 1 },
    patienceMs: 5_000,
  });
  expect(first).toMatchObject({ is: 'harness_fault', error: expect.stringMatching(says) });
  expect(second).toMatchObject({ is: 'replayed', replayed: { judgement: { changes: [] } } });
});

const url = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;

test('a build that spins while it is loaded is a fault too', async () => {
  const build = { entry: url('for (;;);'), foreign: false };
  const results = await replayAll({
    ...{ bundles: bundles.slice(0, 1), build, against: undefined, strict: false, processes: 1 },
    patienceMs: 1_000,
  });
  expect(results).toMatchObject([{ is: 'harness_fault', error: expect.stringMatching(/no answer within 1 s/) }]);
});

test('a build that spins does not outlive a command that was killed', async () => {
  const spinning = url("import { writeSync } from 'node:fs'; writeSync(2, 'pid ' + process.pid + '.'); for (;;);");
  const folder = mkdtempSync(join(tmpdir(), 'lifeline-'));
  const script = join(folder, 'command.mjs');
  const source = `
    import { Worker } from ${JSON.stringify(new URL('../../src/replay/worker.ts', import.meta.url).href)};
    const { child } = new Worker(${JSON.stringify(spinning)});
    child.stderr.pipe(process.stdout);`;
  writeFileSync(script, source);
  const command = spawn(process.execPath, [script]);
  let said = '';
  command.stdout.on('data', (piece) => {
    said += piece;
  });
  while (!said.includes('.')) await once(command.stdout, 'data');
  const pid = Number(/pid (\d+)\./.exec(said)?.[1]);
  command.kill('SIGKILL');
  await once(command, 'exit');
  rmSync(folder, { recursive: true });
  const isThere = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isThere()).toBe(true);
  for (let tries = 0; tries < 100 && isThere(); tries++) await setTimeout(200);
  const left = isThere();
  if (left) process.kill(pid, 'SIGKILL');
  expect(left).toBe(false);
}, 30_000);
