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

const header = `${JSON.stringify({ f: 'header', format, build: 'b', node: '24', startedAt: 0, request: {} })}\n`;
const footer = `${JSON.stringify({ f: 'footer', t: 1, dropped: { frames: 0, bytes: 0 } })}\n`;
const good = zstdCompressSync(header + footer);
const decision = `${JSON.stringify({ f: 'decision', t: 1, transition: { type: 'note', at: 1, text: 'x'.repeat(40) } })}\n`;
const gigabyte = 1024 ** 3;
const path = (name: string) => join(folder, `${name}.ndjson.zst`);
const file = (name: string, bytes: Buffer | string) => writeFileSync(path(name), bytes);

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

interface Ended {
  ended: { code: number; out: string; err: string }[];
  grown: number;
}

/** In a process of its own. */
async function commands(...lines: string[][]): Promise<Ended> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'memory-child.ts'), JSON.stringify(lines)]);
  let text = '';
  child.stdout.on('data', (piece) => {
    text += piece;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return JSON.parse(text);
}

for (const [name, make] of bad) make(name);

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
    const { ended, grown } = await commands(...bad.map(([name]) => ['explain', path(name)]));
    for (const [index, [name, , said]] of bad.entries()) {
      expect(ended[index], name).toEqual({ code: 2, out: '', err: expect.stringMatching(said) });
      expect(ended[index]?.err.split('\n')).toHaveLength(1);
    }
    expect(grown).toBeLessThan(bytesMax);
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
