import { expect, test } from 'vitest';
import { LogLines } from '../../src/kubernetes/log-lines.ts';
import type { LogLine } from '../../src/run/snapshot.ts';

const stamp = '2026-11-24T10:00:00.123456789Z';

function read(chunks: readonly (string | Buffer)[]): { lines: LogLine[]; partial: LogLine | undefined } {
  const reader = new LogLines();
  const lines = chunks.flatMap((chunk) => linesOf(reader, Buffer.from(chunk)));
  return { lines, partial: reader.partial() };
}

/** The lines of all batches, each of which says the same in one piece. */
function linesOf(reader: LogLines, chunk: Buffer): LogLine[] {
  return [...reader.push(chunk)].flatMap(({ lines, whole }) => {
    const text = lines.map((line) => `${line.text}\n`).join('');
    expect(whole).toEqual({ text, bytes: Buffer.byteLength(text) });
    return lines;
  });
}

test.each([
  ['a stamp and a text', `${stamp} {"a": 1}`, { stamp, text: '{"a": 1}' }],
  ['an empty line', `${stamp} `, { stamp, text: '' }],
  ['an empty line without its blank', stamp, { stamp, text: '' }],
  ['a text that begins with a blank', `${stamp}  x`, { stamp, text: ' x' }],
  ['a carriage return is text', `${stamp} x\r`, { stamp, text: 'x\r' }],
  ['whole seconds', '2026-11-24T10:00:00Z x', { stamp: '2026-11-24T10:00:00Z', text: 'x' }],
  ['an offset', '2026-11-24T12:30:00.123456789+02:30 x', { stamp, text: 'x' }],
  ['an offset over midnight', '2026-11-23T23:00:00.5-11:00 x', { stamp: '2026-11-24T10:00:00.5Z', text: 'x' }],
  ['an empty line with an offset', '2026-11-24T12:30:00.123456789+02:30', { stamp, text: '' }],
  ['a fragment', 'the rest of a line', { stamp: undefined, text: 'the rest of a line' }],
  ['nothing', '', { stamp: undefined, text: '' }],
  ['a stamp that is cut', '2026-11-24T10:00', { stamp: undefined, text: '2026-11-24T10:00' }],
  ['what only looks like a stamp', '2026-Texas-Tornado-Watch: in effect', undefined],
  ['the same with an offset', '2026-Texas-Tornado-Watch-2026 in effect', undefined],
  ['a stamp of no day', '2026-13-45T10:00:00+02:00 x', undefined],
  ['a stamp without an offset', '2026-11-24T10:00:00.123 x', undefined],
])('%s', (_, line, expected) => {
  expect(read([`${line}\n`])).toEqual({ lines: [expected ?? { stamp: undefined, text: line }], partial: undefined });
});

test('the unfinished line is kept apart until its end comes', () => {
  const reader = new LogLines();
  expect(linesOf(reader, Buffer.from(`${stamp} one\n${stamp} tw`))).toEqual([{ stamp, text: 'one' }]);
  expect(reader.partial()).toEqual({ stamp, text: 'tw' });
  expect(linesOf(reader, Buffer.from('o'))).toEqual([]);
  expect(linesOf(reader, Buffer.from('\n'))).toEqual([{ stamp, text: 'two' }]);
  expect(reader.partial()).toBeUndefined();
});

test('a character that is cut between chunks is whole again', () => {
  const bytes = Buffer.from(`${stamp} é€😀\n`);
  const each = [...bytes].map((byte) => Buffer.from([byte]));
  expect(read(each)).toEqual({ lines: [{ stamp, text: 'é€😀' }], partial: undefined });
});

test.each([
  ['far longer than a batch', [1, 40_000, 3]],
  ['that just fit and just do not', [32_767, 32_768, 32_769, 1]],
  ['of which each fills the rest of a batch', [32_000, 767, 32_000, 768, 32_000, 769]],
  ['in many pieces, longer than what is kept', [200_000, 5, 70_000]],
])('lines %s are whole', (_, lengths) => {
  const written = lengths.map((length, line) => ({ stamp, text: `${line}€`.repeat(length).slice(0, length) }));
  const bytes = Buffer.from(written.map(({ text }) => `${stamp} ${text}\n`).join(''));
  for (const size of [bytes.length, 65_536, 1_000]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    expect(read(chunks).lines).toEqual(written);
  }
});

test('a long chunk comes in batches, so that little of it is alive at one time', () => {
  const chunk = Buffer.from(`${stamp} ${'x'.repeat(1000)}\n`.repeat(64));
  const sizes = [...new LogLines().push(chunk)].map(({ whole }) => whole.bytes);
  expect(sizes).toEqual([32_032, 32_032]);
});

test('two streams that are read by turns keep their lines apart', () => {
  const [one, other] = ['a', 'b'].map((letter) => {
    const reader = new LogLines();
    return reader.push(Buffer.from(`${stamp} ${letter.repeat(1000)}\n`.repeat(64)));
  });
  for (let turn = 0; turn < 2; turn++) {
    expect(one?.next().value?.whole.text).toBe(`${'a'.repeat(1000)}\n`.repeat(32));
    expect(other?.next().value?.whole.text).toBe(`${'b'.repeat(1000)}\n`.repeat(32));
  }
});

test('any chunking gives the same lines', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = seeded(seed);
    const written = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, line) => lineOf(random, line));
    const partial = random() < 0.5 ? lineOf(random, 99) : undefined;
    const ended = written.map(({ stamp, text }) => `${stamp === undefined ? '' : `${stamp} `}${text}\n`).join('');
    const bytes = Buffer.from(`${ended}${partial === undefined ? '' : `${partial.stamp ?? ''} ${partial.text}`}`);
    const given = read(chunksOf(bytes, random));
    expect(given.lines, `seed ${seed}`).toEqual(written);
    expect(given.partial?.text.trimStart(), `seed ${seed}`).toBe(partial?.text);
  }
});

function lineOf(random: () => number, line: number): LogLine {
  const words = [
    'a',
    '',
    ' ',
    'é',
    '€',
    '😀',
    '{"type":"result"}',
    'x'.repeat(1 + Math.floor(random() * 40)),
    '\r',
    '\t',
  ];
  const count = Math.floor(random() * 8);
  const middle = Array.from({ length: count }, () => words[Math.floor(random() * words.length)]).join('');
  const nanoseconds = String(Math.floor(random() * 1e9)).padStart(9, '0');
  const stamped = random() < 0.85;
  return { stamp: stamped ? `2026-11-24T10:00:00.${nanoseconds}Z` : undefined, text: `<${line}${middle}>` };
}

function chunksOf(bytes: Buffer, random: () => number): Buffer[] {
  const longest = 1 + Math.floor(random() * (random() < 0.5 ? 4 : 200));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() * longest);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

/** mulberry32 */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
