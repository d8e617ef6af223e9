import { linkSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { init, said, World } from '../engine/world.ts';
import { recordedProcess } from '../record/recorded.ts';
import { command } from './command.ts';

let world: World;
let bundle: string;

/** A run whose container is killed for its memory, recorded at the wire. */
beforeAll(async () => {
  world = await World.start((play) => {
    play.scheduled().running().say(init, said).exited(137, { reason: 'OOMKilled' });
  });
  const host = recordedProcess(world);
  const run = await world.run(host);
  await run.handle.outcome;
  const written = await host.written[0];
  if (written === undefined || !('path' in written)) throw new Error('nothing was written');
  bundle = written.path;
});
afterAll(() => world.close());

const entry = pathToFileURL(join(import.meta.dirname, '../../src/replay/entry.ts')).href;

/** A build of its own: the product's entry, with `source` after it. */
function buildWith(source: string, exported: Record<string, string> = { './replay': './entry.ts' }): string {
  const folder = mkdtempSync(join(tmpdir(), 'build-'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'a-build', type: 'module', exports: exported }));
  writeFileSync(join(folder, 'entry.ts'), `import { replayable as own } from '${entry}';\n${source}\n`);
  return folder;
}

/** The bundle in a folder of its own, with what is expected of it. */
function withExpectation(expected: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'expected-'));
  const path = join(folder, 'a.ndjson.zst');
  writeFileSync(path, readFileSync(bundle));
  writeFileSync(join(folder, 'expected.json'), typeof expected === 'string' ? expected : JSON.stringify(expected));
  return path;
}

const verdict = (code: string | null, cause: string | null, exitCode: number) => ({ code, cause, exitCode });
const oom = verdict('claude_truncated', 'oom_killed', 137);

describe('replay', () => {
  test('of what this build recorded is the same', async () => {
    const { code, out, err } = await command(['replay', bundle]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `same  ${bundle}: claude_truncated / oom_killed (exit code 137)\n1 replayed: 1 same, 0 changed, 0 bad, 0 faults`,
    );
  });

  test('of a folder takes every bundle below it', async () => {
    const { code, out } = await command(['replay', dirname(bundle)]);
    expect(code).toBe(0);
    expect(out).toContain(bundle);
  });

  test('--strict holds the requests too', async () => {
    const asking = buildWith(`export const replayable = { ...own, begin(place, recorded, sinks) {
      for (let n = 0; n < 50; n++) place.dispatcher.dispatch({ method: 'GET', path: '/version', headers: {} }, {});
      return own.begin(place, recorded, sinks);
    } };`);
    expect(await command(['replay', bundle, '--build', asking])).toMatchObject({ code: 0 });
    const { code, out } = await command(['replay', bundle, '--build', asking, '--strict']);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {6}get version: expected \d+ times, came 5\d times$/m);
  });

  test('--against another build holds the two against each other', async () => {
    const build = buildWith('export { own as replayable };');
    expect(await command(['replay', bundle, '--against', build])).toMatchObject({ code: 0 });
  });
});

describe('a build that', () => {
  const doubling = `export const replayable = { ...own, begin: (place, recorded, sinks) =>
    own.begin(place, recorded, { ...sinks, log: (text) => { sinks.log(text); sinks.log(text); } }) };`;
  const swallowing = `export const replayable = { ...own, begin: (place, recorded, sinks) =>
    own.begin(place, recorded, { ...sinks, log: () => undefined }) };`;
  const blind = `export const replayable = { ...own, begin(place, recorded, sinks) {
    const run = own.begin(place, recorded, sinks);
    return { ...run, outcome: run.outcome.then((d) => ({ ...d, code: null, cause: null, exitCode: 0 })) };
  } };`;
  const deaf = `export const replayable = { ...own, begin(place, recorded, sinks) {
    return { ...own.begin(place, recorded, sinks), outcome: new Promise(() => undefined) };
  } };`;

  test.each([
    ['doubles lines', doubling, /^ {6}2 line\(s\) of output doubled or out of order$/m],
    ['loses lines', swallowing, /^ {6}2 line\(s\) of output lost, without a word on it$/m],
    [
      'calls it a success',
      blind,
      /verdict: expected claude_truncated \/ oom_killed \(exit code 137\), came success \(exit code 0\)/,
    ],
    ['comes to no verdict', deaf, /no verdict: /],
  ])('%s is found out', async (_, source, says) => {
    const { code, out } = await command(['replay', bundle, '--build', buildWith(source)]);
    expect(code).toBe(1);
    expect(out).toMatch(says);
  });

  test.each([
    ['is a variable that is not set', () => '', /a build: expected a folder, .* got ""/],
    ['is not there', () => '/no/such/build', /no such folder or tarball/],
    ['is a file of another kind', () => bundle, /expected a folder, a tarball .* or a version/],
    ['exports no replay', () => buildWith('', { '.': './entry.ts' }), /exports no \.\/replay/],
    ['is not built', () => buildWith('', { './replay': './dist/entry.js' }), /no such file: is .* built\?/],
    ['does not load', () => buildWith('throw new Error("broken at import");'), /broken at import/],
    ['is of another contract', () => buildWith('export const replayable = { ...own, contract: 99 };'), /version 99/],
  ])('%s is a fault of the harness, not of the verdict', async (_, build, says) => {
    const { code, out, err } = await command(['replay', bundle, '--build', build()]);
    expect(code).toBe(3);
    expect(out + err).toMatch(says);
  });
});

describe('an expectation', () => {
  test('beside the bundle counts instead of what was recorded', async () => {
    const { code, out } = await command(['replay', withExpectation({ verdict: verdict(null, null, 0) })]);
    expect(code).toBe(1);
    expect(out).toContain('expected success (exit code 0), came claude_truncated / oom_killed (exit code 137)');
  });

  test('lets an intended change through, with its reason', async () => {
    const accept = [{ change: 'verdict', came: oom, reason: 'the kernel was found to kill it' }];
    const { code, out } = await command(['replay', withExpectation({ verdict: verdict(null, null, 0), accept })]);
    expect(code).toBe(0);
    expect(out).toContain('accepted: verdict: the kernel was found to kill it');
  });

  test('does not let another change through than the one that was accepted', async () => {
    const accept = [{ change: 'verdict', came: verdict('timeout', null, 137), reason: 'it is to time out now' }];
    const { code } = await command(['replay', withExpectation({ verdict: verdict(null, null, 0), accept })]);
    expect(code).toBe(1);
  });

  test.each([
    ['no JSON', '{', /expected\.json: the file: /],
    ['an unknown key', { verdicts: [] }, /expected\.json: .*verdicts/],
    [
      'a change that there is none of',
      { accept: [{ change: 'verdcit', reason: 'it is meant to be so' }] },
      /accept\.0/,
    ],
    ['any verdict', { accept: [{ change: 'verdict', reason: 'it is meant to be so' }] }, /accept\.0\.came: /],
    ['a reason of blanks', { accept: [{ change: 'requests', reason: ' '.repeat(20) }] }, /accept\.0\.reason: /],
    ['a reason that is none', { accept: [{ change: 'verdict', reason: 'ok' }] }, /expected\.json: accept\.0\.reason: /],
  ])('that is %s is one clear error', async (_, expected, says) => {
    const { code, out } = await command(['replay', withExpectation(expected)]);
    expect(code).toBe(2);
    expect(out).toMatch(says);
  });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends it, and it is said how far it came', async (signal, exit) => {
  const { code, out, err } = await command(['replay', bundle, withExpectation({}), '--processes', '1'], {
    onPrint: (text) => void (text.startsWith(`same  ${bundle}`) && process.emit(signal, signal)),
  });
  expect({ code, err }).toEqual({ code: exit, err: 'interrupted: 1 of 2 replayed' });
  expect(out).toBe(`same  ${bundle}: claude_truncated / oom_killed (exit code 137)`);
  expect(process.listenerCount(signal)).toBe(0);
});

describe('results', () => {
  test('are files that others read, and a page', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'results-'));
    const [json, junit, html] = ['r.json', 'r.xml', 'r.html'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const wrong = withExpectation({ verdict: verdict(null, null, 0) });
    const { code } = await command(['replay', bundle, wrong, '--json', json, '--junit', junit, '--html', html]);
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      version: 1,
      results: [
        { is: 'same', path: bundle, verdict: { came: oom } },
        { is: 'changed', path: wrong, changes: [{ is: 'verdict', came: oom }] },
      ],
    });
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<h1>1 of 2 incidents changed</h1>');
    expect(page).toContain('expected success (exit code 0), came claude_truncated / oom_killed (exit code 137)');
    const xml = readFileSync(junit, 'utf8');
    expect(xml).toContain('<testsuite name="claude-k8s replay" tests="2" failures="1" errors="0">');
    expect(xml).toContain('<failure message="verdict">');
  });

  test.each([
    ['a folder that is not there', '/no/such/folder/r', /can not be written: ENOENT.*no\/such\/folder/],
    ['a folder', tmpdir(), /can not be written: it is a folder/],
  ])('that can not be written, to %s, are refused before anything is replayed', async (_, file, says) => {
    for (const option of ['--html', '--junit', '--json']) {
      const { code, out, err } = await command(['replay', bundle, option, file]);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(new RegExp(`^error: ${option}: ${file} ${says.source}`));
    }
  });

  test('are never written over a recording, nor over anything else that is read', async () => {
    const path = withExpectation({ about: 'a run that was killed' });
    const link = join(dirname(path), 'link');
    const expected = join(dirname(path), 'expected.json');
    linkSync(path, link);
    const before = [path, expected].map((file) => readFileSync(file, 'base64'));
    for (const option of ['--html', '--junit', '--json']) {
      for (const file of [path, link, expected, join(dirname(path), 'new.ndjson.zst')]) {
        const { code, out, err } = await command(['replay', option, file, path, bundle]);
        expect({ code, out }).toEqual({ code: 2, out: '' });
        expect(err).toMatch(new RegExp(`^error: ${option}: ${file} is not written over: `));
      }
      expect((await command(['replay', option, bundle, path])).code).toBe(2);
    }
    expect((await command(['replay', '--json', bundle, path])).err).toMatch(/; to print JSON, put --json last$/);
    expect([path, expected].map((file) => readFileSync(file, 'base64'))).toEqual(before);
  });

  test('--json alone is all that is printed', async () => {
    const { code, out } = await command(['replay', bundle, '--json']);
    expect({ code, results: JSON.parse(out).results.length }).toEqual({ code: 0, results: 1 });
  });

  test('a bundle that is none is told and does not stop the others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'junk-'));
    const junk = join(folder, 'junk.ndjson.zst');
    writeFileSync(junk, 'not compressed');
    const { code, out } = await command(['replay', junk, bundle]);
    expect(code).toBe(2);
    expect(out).toMatch(/^bad {3}.*junk\.ndjson\.zst: no incident bundle/m);
    expect(out).toContain('2 replayed: 1 same, 0 changed, 1 bad, 0 faults');
  });

  test('a folder without bundles, and a bad number, are errors before anything runs', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'empty-'));
    mkdirSync(join(empty, 'sub'));
    const { code, err } = await command(['replay', empty]);
    expect({ code, err }).toEqual({ code: 2, err: `error: no bundle (*.ndjson.zst) in ${empty}` });
    expect((await command(['replay', bundle, '--processes', '0'])).err).toMatch(/a whole number from 1, got 0/);
  });
});
