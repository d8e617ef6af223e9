import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { format } from '../../src/record/frame.ts';
import { openBundle } from '../../src/record/read-bundle.ts';
import { packedRun, sparseFile } from './packed.ts';

const folder = mkdtempSync(join(tmpdir(), 'bad-bundles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const texts = { runId: 'r', agentId: 'a', namespace: 'n', jobName: 'j' };
const request = { ...texts, holder: {}, start: { as: 'new' }, limits: {} };
const first = { f: 'header', format, build: 'b', node: '24', startedAt: 0, request };
const line = (frame: unknown) => `${JSON.stringify(frame)}\n`;
const header = line(first);
const footer = `${JSON.stringify({ f: 'footer', t: 1, dropped: { frames: 0, bytes: 0 } })}\n`;
const good = zstdCompressSync(header + footer);
const decision = `${JSON.stringify({ f: 'decision', t: 1, transition: { type: 'note', at: 1, text: 'x'.repeat(40) } })}\n`;
const gigabyte = 1024 ** 3;
const path = (name: string) => join(folder, `${name}.ndjson.zst`);
const file = (name: string, bytes: Buffer | string) => writeFileSync(path(name), bytes);

const asked = { f: 'request', t: 1, id: 1, verb: 'list', resource: 'pods', method: 'GET', path: '/api/v1/pods' };
const head = { f: 'head', t: 2, id: 1, status: 200, headers: {} };
const ended = { f: 'decision', t: 3, transition: { type: 'run_ended', at: 3, outcome: null } };

/** What each is, how it is made, and what is said of it. */
const bad: [string, (name: string) => void, RegExp][] = [
  ['empty', (name) => file(name, ''), /: it is empty$/],
  ['text', (name) => file(name, header + footer), /: no incident bundle: expected a file compressed with zstd/],
  ['gzip', (name) => file(name, gzipSync(header + footer)), /: no incident bundle: expected a file compressed with/],
  ['png', (name) => file(name, Buffer.from('iVBORw0KGgoAAAANSUhEUg==', 'base64')), /: no incident bundle: expected/],
  [
    'future',
    (name) => file(name, zstdCompressSync(header.replace('/1"', '/2"'))),
    /\/2, this build reads .*newer build$/,
  ],
  ['header cut', (name) => file(name, good.subarray(0, 20)), /: it breaks off before its first frame/],
  [
    'corrupt',
    (name) => file(name, Buffer.concat([good.subarray(0, 30), Buffer.alloc(40, 7)])),
    /: (corrupt: |it breaks)/,
  ],
  ['two in one', (name) => file(name, Buffer.concat([good, good])), /: corrupt: \d+ bytes follow its end$/],
  [
    'zip bomb in one line',
    (name) => file(name, packedRun(header, 'x', 10 * gigabyte)),
    /: a line has more than 33554432 bytes$/,
  ],
  [
    'zip bomb in empty lines',
    (name) => file(name, packedRun(header, '\n', 10 * gigabyte)),
    /: corrupt: line 2 is no frame$/,
  ],
  [
    'line of 1 GB',
    (name) => file(name, packedRun(header, ' ', gigabyte, footer)),
    /: a line has more than 33554432 bytes$/,
  ],
  [
    'large and empty',
    (name) => sparseFile(path(name), Buffer.alloc(0), 10 * gigabyte),
    /: no incident bundle: expected/,
  ],
  [
    'large behind its end',
    (name) => sparseFile(path(name), good, 10 * gigabyte),
    /: corrupt: \d+ bytes follow its end$/,
  ],
  [
    'wide window',
    (name) => file(name, packedRun(header, ' ', 0, footer, 27)),
    /: to unpack it takes more than 32 MiB: pack it anew/,
  ],
  [
    'decisions without end',
    (name) => file(name, zstdCompressSync(header + decision.repeat(400_000))),
    /: no incident bundle: its decisions have more than 33554432 bytes$/,
  ],
  ['pipe', (name) => void execFileSync('mkfifo', [path(name)]), /: it is no file$/],
  ['missing', () => {}, /: can not be read \(ENOENT\)$/],
];

/** Frames whose fields are none, and what is said of them. */
const odd: [string, readonly unknown[], RegExp][] = [
  ['begin that is a word', [{ ...first, startedAt: 'soon' }], /line 1: header: startedAt: expected ms .*, got "soon"$/],
  ['begin after the end of time', [{ ...first, startedAt: 8.64e15 + 1 }], /header: startedAt: expected ms /],
  ['no request', [{ ...first, request: undefined }], /header: request: expected an object, got nothing$/],
  ['run id 5', [{ ...first, request: { ...request, runId: 5 } }], /request\.runId: expected a text, got 5$/],
  ['time that is a word', [first, { ...asked, t: 'x' }], /line 2: request: t: expected ms since .*, got "x"$/],
  [
    'time without end',
    [first, { ...asked, t: 1e300 }],
    /request: t: expected ms since the begin of the run, got 1e\+300$/,
  ],
  ['no path', [first, { ...asked, path: null }], /request: path: expected a text, got null$/],
  [
    'no headers',
    [first, asked, { ...head, headers: [] }],
    /line 3: head: headers: expected an object of texts, got \[\]$/,
  ],
  ['text 5', [first, asked, head, { f: 'chunk', t: 3, id: 1, text: 5 }], /chunk: text: expected a text, got 5$/],
  ['no transition', [first, { f: 'decision', t: 1 }], /decision: transition: expected an object, got nothing$/],
  ['transition at noon', [first, { ...ended, transition: { type: 'a', at: 'noon' } }], /transition\.at: expected ms /],
];

interface Ended {
  ended: { code: number; out: string; err: string }[];
  grown: number;
}

/** In a process of its own. */
async function commands(...lines: string[][]): Promise<Ended> {
  const script = join(import.meta.dirname, 'memory-child.ts');
  const child = spawn(process.execPath, ['--expose-gc', script, JSON.stringify(lines)]);
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(text);
}

for (const [name, make] of bad) make(name);
for (const [name, frames] of odd) file(name, zstdCompressSync(`${frames.map(line).join('')}${footer}`));
const unread = [...bad, ...odd];

const bytesMax = 200 * 1024 ** 2;

describe('a bad bundle', { timeout: 60_000 }, () => {
  test('has one clear error from `bundle verify`, which tells of all and holds little in memory', async () => {
    file('a good one', good);
    const all = [path('a good one'), ...bad.map(([name]) => path(name))];
    const { ended, grown } = await commands(['bundle', 'verify', ...all]);
    const [{ code, out, err } = { code: 0, out: '', err: '' }] = ended;
    expect({ code, out }).toEqual({ code: 2, out: `${path('a good one')}: nothing found in 2 frames` });
    const errors = err.split('\n');
    expect(errors).toHaveLength(bad.length);
    for (const [index, [name, , said]] of bad.entries()) {
      expect(errors[index]).toMatch(said);
      expect(errors[index]?.startsWith(`error: ${path(name)}: `)).toBe(true);
    }
    expect(grown).toBeLessThan(bytesMax);
  });

  test('has one clear error from `explain`, which holds little in memory', async () => {
    const { ended, grown } = await commands(...unread.map(([name]) => ['explain', path(name)]));
    for (const [index, [name, , said]] of unread.entries()) {
      expect(ended[index], name).toEqual({ code: 2, out: '', err: expect.stringMatching(said) });
      expect(ended[index]?.err.split('\n')).toHaveLength(1);
    }
    expect(grown).toBeLessThan(bytesMax);
  });

  test('has one clear error from `replay`', async () => {
    const { ended } = await commands(...unread.map(([name]) => ['replay', path(name)]));
    for (const [index, [name, , said]] of unread.entries()) {
      const { code, out, err } = ended[index] ?? { code: 0, out: '', err: '' };
      expect(code, name).toBe(2);
      const [told = '', ...more] = `${out}\n${err}`.trim().split('\n');
      expect(told.replace(/\n?1 replayed.*/, ''), name).toMatch(said);
      expect(
        more.filter((text) => !text.startsWith('1 replayed: 0 same, 0 changed, 1 bad')),
        name,
      ).toEqual([]);
    }
  });

  test('whose frames make no sense is called that by all who read it, and looked through all the same', async () => {
    file('senseless', zstdCompressSync(`${[first, ended].map(line).join('')}${footer}`));
    const where = path('senseless');
    const { ended: all } = await commands(['explain', where], ['replay', where], ['bundle', 'verify', where]);
    expect(all.map(({ code }) => code)).toEqual([2, 2, 0]);
    expect(all[0]?.err).toMatch(/: corrupt: what its frames say makes no sense \(/);
    expect(all[1]?.out).toMatch(/^bad .*: corrupt: what its frames say makes no sense \(/);
  });

  test.each<[string, readonly unknown[], RegExp]>([
    [
      'namespace',
      [{ ...first, request: { ...request, namespace: 'x; touch y' } }],
      /line 1: header: request\.namespace: expected a DNS label, got "x; touch y"/,
    ],
    [
      'trace',
      [{ ...first, request: { ...request, traceparent: 5 } }],
      /line 1: header: request\.traceparent: expected a text, got 5/,
    ],
    ['URL', [first, { ...asked, path: '//[' }], /line 2: request: path: expected the path of a URL, got "\/\/\["/],
    ['escape', [first, { ...asked, path: '/%z' }], /line 2: request: path: expected the path of a URL, got "\/%z"/],
  ])('that has a wrong %s has one clear error from all who rely on it', async (name, frames, said) => {
    const where = path(`no ${name}`);
    file(`no ${name}`, zstdCompressSync(`${frames.map(line).join('')}${footer}`));
    const { ended: all } = await commands(['explain', where], ['replay', where]);
    expect(all.map(({ code }) => code)).toEqual([2, 2]);
    expect(all[0]?.err).toMatch(said);
    expect(all[1]?.out).toMatch(said);
  });

  test('that nobody may read is told by name', async () => {
    file('secret', good);
    chmodSync(path('secret'), 0);
    // Root may read everything.
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      await expect(openBundle(path('secret'))).rejects.toThrow(/secret\.ndjson\.zst: can not be read \(EACCES\)$/);
    } finally {
      if (root) process.seteuid?.(0);
    }
  });

  test('that is a directory is told by name', async () => {
    mkdirSync(path('directory'));
    await expect(openBundle(path('directory'))).rejects.toThrow(/: it is a directory: name the bundles in it$/);
  });
});
