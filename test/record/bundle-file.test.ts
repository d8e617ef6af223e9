import { mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { boundFolder } from '../../src/record/bundle-folder.ts';
import { bundleName } from '../../src/record/bundle-name.ts';
import { type Frame, format } from '../../src/record/frame.ts';
import { openBundle } from '../../src/record/read-bundle.ts';
import { writeBundle } from '../../src/record/write-bundle.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
});

const texts = { runId: 'r', agentId: 'a', namespace: 'n', jobName: 'j' };
const request = { ...texts, holder: {}, start: { as: 'new' }, limits: {} };
const header = { f: 'header', format, build: 'b', node: '24', startedAt: 0, request };
const lines = (count: number) => [
  header,
  ...Array.from({ length: count }, (_, t) => ({ f: 'chunk', t, id: 1, text: `${t} ${Math.random()}` })),
  { f: 'footer', t: count },
];

async function* each(frames: readonly unknown[], fail = false): AsyncGenerator<string> {
  for (const frame of frames) yield `${JSON.stringify(frame)}\n`;
  if (fail) throw new Error('the process has no more memory');
}

const write = (count = 3) => writeBundle(folder, 'one.ndjson.zst', each(lines(count)));

function place(content: Buffer | string): string {
  const path = join(folder, 'placed.ndjson.zst');
  writeFileSync(path, content);
  return path;
}

async function read(path: string, limits?: Parameters<typeof openBundle>[1]) {
  const bundle = await openBundle(path, limits);
  const frames: Frame[] = [];
  for await (const frame of bundle.frames) frames.push(frame);
  return { frames, torn: bundle.torn };
}

describe('a bundle', () => {
  test('comes back frame by frame', async () => {
    const { frames, torn } = await read(await write(2000));
    expect(frames).toHaveLength(2002);
    expect([frames[0]?.f, frames.at(-1)?.f, torn]).toEqual(['header', 'footer', undefined]);
  });

  test('that could not be written leaves nothing', async () => {
    await expect(writeBundle(folder, 'one.ndjson.zst', each(lines(5000), true))).rejects.toThrow('no more memory');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('never takes the place of another', async () => {
    const path = join(folder, 'one.ndjson.zst.part');
    writeFileSync(path, 'of another process');
    await expect(write()).rejects.toThrow('EEXIST');
  });

  test('that was cut gives what it has, and says where it breaks off', async () => {
    const path = await write(20_000);
    truncateSync(path, Math.floor(statSync(path).size * 0.7));
    const { frames, torn } = await read(path);
    expect(frames.length).toBeGreaterThan(5000);
    expect(torn).toBe(`after line ${frames.length}`);
    for (const [index, frame] of frames.entries()) if (frame.f === 'chunk') expect(frame.t).toBe(index - 1);
  });

  test('whose last line is half gives the lines before', async () => {
    const path = place(zstdCompressSync(`${JSON.stringify(header)}\n{"f":"chunk","t":1`));
    expect(await read(path)).toMatchObject({ frames: [header], torn: 'in the middle of line 2' });
  });

  test('of a build that knows more frames is read without them', async () => {
    const frames = [header, { f: 'from-tomorrow', t: 1 }, { f: 'footer', t: 2 }];
    const path = await writeBundle(folder, 'one.ndjson.zst', each(frames));
    expect((await read(path)).frames.map(({ f }) => f)).toEqual(['header', 'footer']);
  });
});

describe('what is no bundle has one clear error', () => {
  const packed = (text: string) => zstdCompressSync(text, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });

  test.each<[string, () => Buffer | string, RegExp]>([
    ['empty', () => '', /placed\.ndjson\.zst: it is empty$/],
    ['text', () => JSON.stringify(header), /no incident bundle: expected a file compressed with zstd/],
    [
      'another packed file',
      () => packed('hello\nyou\n'),
      /no incident bundle: its first line is not the header of one$/,
    ],
    ['other JSON', () => packed('{"f":"header","format":"x"}\n'), /its first line is not the header/],
    [
      'of the future',
      () => packed(`${JSON.stringify({ ...header, format: 'claude-k8s-incident/9' })}\n`),
      /its format is claude-k8s-incident\/9, this build reads claude-k8s-incident\/1: use a newer build/,
    ],
    [
      'with a broken line',
      () => packed(`${JSON.stringify(header)}\n{"f":\n{"f":"footer"}\n`),
      /corrupt: line 2 is no frame$/,
    ],
    ['cut in its header', () => packed(JSON.stringify(header)).subarray(0, 12), /it breaks off before its first frame/],
  ])('%s', async (_, content, error) => {
    await expect(read(place(content()))).rejects.toThrow(error);
  });

  test('not there', async () => {
    await expect(read(join(folder, 'none'))).rejects.toThrow(/none: can not be read \(ENOENT\)$/);
  });

  test('a directory', async () => {
    await expect(read(folder)).rejects.toThrow(/it is a directory: name the bundles in it$/);
  });

  test('with a byte that changed', async () => {
    const bytes = readFileSync(await write(5000));
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    await expect(read(place(bytes))).rejects.toThrow(/corrupt: /);
  });

  test('that unpacks to far more than it should, in one line or in many', async () => {
    const limits = { lineBytes: 1024 ** 2, bytes: 8 * 1024 ** 2, decisionBytes: 1024 ** 2 };
    const bomb = (filling: string) =>
      place(packed(`${JSON.stringify(header)}\n${filling.repeat((16 * 1024 ** 2) / filling.length)}`));
    await expect(read(bomb('x'.repeat(1024)), limits)).rejects.toThrow(/a line has more than 1048576 bytes$/);
    const frame = `${JSON.stringify({ f: 'chunk', t: 0, id: 1, text: 'y'.repeat(1000) })}\n`.padEnd(1024, ' ');
    await expect(read(bomb(frame), limits)).rejects.toThrow(/it unpacks to more than 8388608 bytes$/);
    const decision = `${JSON.stringify({ f: 'decision', t: 0, transition: { type: 'a', at: 0 } })}\n`.padEnd(1024, ' ');
    await expect(read(bomb(decision), limits)).rejects.toThrow(/its decisions have more than 1048576 bytes$/);
  });
});

describe('the folder', () => {
  const put = (at: number, size: number) => {
    const name = bundleName(at, 'agents', 'job-1', 'claude_truncated');
    writeFileSync(join(folder, name), 'x'.repeat(size));
    return name;
  };

  test.each([
    ['number', { bundles: 2, bytes: 1000 }],
    ['size', { bundles: 500, bytes: 250 }],
  ])('keeps the latest bundles within its bound of %s, and whatever is not ours', async (_, limits) => {
    writeFileSync(join(folder, 'notes.ndjson.zst'), 'x'.repeat(5000));
    const names = [1, 2, 3, 4].map((day) => put(day * 86_400_000, 100));
    expect(await boundFolder(folder, limits)).toEqual({ bundles: 2, bytes: 200 });
    expect(readdirSync(folder).sort()).toEqual([...names.slice(2), 'notes.ndjson.zst'].sort());
  });

  test('keeps the latest one although it alone is too large', async () => {
    put(0, 10);
    const last = put(86_400_000, 5000);
    await boundFolder(folder, { bundles: 5, bytes: 1000 });
    expect(readdirSync(folder)).toEqual([last]);
  });

  test('names sort by time and never collide', () => {
    const names = [1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000].map((at) => bundleName(at, 'a', 'z', 'c'));
    expect(names.toSorted()).toEqual(names);
    const same = Array.from({ length: 50 }, () => bundleName(0, 'a', 'b', 'c'));
    expect(new Set(same).size).toBe(50);
    expect(bundleName(0, '../..', 'a/b', 'c')).not.toContain('/');
  });
});
