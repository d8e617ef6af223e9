import { expect, test } from 'vitest';
import { seeded } from '../run/nature.ts';
import { json, linesOf, recordings } from './lines.ts';
import { evaluate, openPage, shippedText } from './page.ts';

const parse = await openPage();
const lines = recordings.flatMap(linesOf);
const kinds = ['assistant', 'thinking', 'user', 'system', 'stdout', 'tool_call', 'tool_result', 'init', 'result'];

/** A realm in which nothing can be changed, and which knows neither time nor chance. */
const still = `
  const forbid = () => { throw new Error('asked for the time or for chance') };
  Date.now = forbid;
  Math.random = forbid;
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = globalThis[name];
    if (typeof value !== 'function' && typeof value !== 'object' || value === null || value === globalThis) continue;
    if (value.prototype) Object.freeze(value.prototype);
    Object.freeze(value);
  }
`;

test('the same line gives the same entries, whatever was asked before and whoever changed what came back', async () => {
  const first = lines.map((line) => parse(line, 'now'));
  for (const entries of first) for (const entry of entries) Object.assign(entry, { kind: 'changed', errors: [] });
  const again = lines.toReversed().map((line) => parse(line, 'now'));
  const fresh = evaluate(await shippedText(), still);
  expect(again.toReversed()).toEqual(lines.map((line) => fresh(line, 'now')));
});

test('any line at all, however broken, is survived', () => {
  const reached = new Set<string>();
  for (let seed = 1; seed <= 20_000; seed += 1) {
    const line = anyLine(seeded(seed));
    const entries = parse(line, 'now');
    const where = `seed ${seed}: ${line.slice(0, 300)}`;
    expect(entries.length, where).toBeLessThanOrEqual(201);
    for (const entry of entries) {
      reached.add(entry.kind);
      expect(faultOf(entry), where).toBeUndefined();
    }
    // What cannot be read at all is still seen.
    if (line.trim() !== '' && !isJson(line)) {
      expect(entries, where).toMatchObject([
        { kind: expect.stringMatching(/stdout|system/), text: expect.any(String) },
      ]);
    }
  }
  expect([...reached].sort()).toEqual([...kinds].sort());
});

/** The page takes the fields that a kind must have for granted. */
function faultOf(entry: Readonly<Record<string, unknown>>): string | undefined {
  const must: Record<string, Record<string, string>> = {
    tool_call: { name: 'string', input: 'any' },
    tool_result: { toolUseId: 'string', content: 'string', isError: 'boolean' },
    init: { model: 'string', sessionId: 'string' },
    result: {
      ...{ text: 'string', subtype: 'string', isError: 'boolean', errors: 'strings' },
      ...{ inputTokens: 'number', outputTokens: 'number', cachedTokens: 'number', costUsd: 'number' },
    },
  };
  if (!kinds.includes(String(entry.kind))) return `${entry.kind} is no kind`;
  const fields = { ts: 'string', ...(must[String(entry.kind)] ?? { text: 'string' }) };
  return Object.entries(fields).find(([name, type]) => !isOf(type, entry[name]))?.[0];
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'any') return value !== undefined;
  if (type === 'strings') return Array.isArray(value) && value.every((one) => typeof one === 'string');
  return type === 'number' ? Number.isFinite(value) : typeof value === type;
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

type Chance = () => number;
const pick = <T>(chance: Chance, from: readonly T[]): T | undefined => from[Math.floor(chance() * from.length)];

const thoughts = json({ type: 'assistant', message: { content: [{ type: 'thinking', thinking: 'hm' }] } });
const strange = [
  ...[null, true, 0, -1, 1e308, '', ' ', 'constructor', '__proto__', 'toString', '\ud800', '\u2028', [], {}],
  ...[[null], [[]], [{}], { type: 'text' }, [{ type: 'tool_result' }], [{ type: 'tool_use' }], { length: 3 }],
];

/** A recorded line with its values changed, or its characters, or both; or no such line. */
function anyLine(chance: Chance): string {
  const line = pick(chance, [...lines, thoughts, '[paperclip] pod agent-x: running', 'plain words', '']) ?? '';
  const changed = chance() < 0.7 && isJson(line) ? json(changeValue(chance, JSON.parse(line), 0.08)) : line;
  return chance() < 0.4 ? changeText(chance, changed) : changed;
}

function changeValue(chance: Chance, value: unknown, rate: number): unknown {
  if (chance() < rate) return pick(chance, strange);
  if (Array.isArray(value)) return value.map((one) => changeValue(chance, one, rate));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => chance() > rate / 2);
  return Object.fromEntries(
    kept.map(([key, one]) => [key, changeValue(chance, one, key === 'type' ? rate / 4 : rate)]),
  );
}

function changeText(chance: Chance, text: string): string {
  const from = Math.floor(chance() * text.length);
  const to = from + Math.floor(chance() * 20);
  switch (pick(chance, ['cut', 'end', 'lose', 'put', 'twice'])) {
    case 'cut':
      return text.slice(0, from);
    case 'end':
      return text.slice(from);
    case 'lose':
      return text.slice(0, from) + text.slice(to);
    case 'put':
      return (
        text.slice(0, from) + (pick(chance, ['"', '{', '}', '\\', '\u0000', '***', '\ufeff']) ?? '') + text.slice(from)
      );
    default:
      return text + text;
  }
}

/** 200 KiB, made to cost as much as they can. */
const size = 200 * 1024;
const nothings = Array(Math.floor(size / 3)).fill({});
const blocksOf = (block: string) =>
  `{"type":"assistant","message":{"content":[${Array(Math.floor(size / (block.length + 1)))
    .fill(block)
    .join()}]}}`;
const nested = (open: string, close: string) => {
  const levels = Math.floor(size / (open.length + close.length));
  return `{"type":"assistant","message":{"content":[{"type":"tool_use","name":"deep","input":${open.repeat(levels)}1${close.repeat(levels)}}]}}`;
};
test.each([
  ['spaces', ' '.repeat(size)],
  ['spaces and a word', `${' '.repeat(size)}x`],
  ['a word, spaces and a word', `x${' '.repeat(size)}x`],
  ['open braces', '{'.repeat(size)],
  ['quotes', `{"type":"${'\\"'.repeat(size / 2)}`],
  ['a name of spaces', json({ type: 'x'.repeat(10) + ' '.repeat(size) })],
  ['a status of spaces', json({ type: 'system', subtype: 'new', status: `a${' '.repeat(size)}b` })],
  ['many tasks', json({ type: 'system', subtype: 'background_tasks_changed', tasks: nothings })],
  ['many denials', json({ type: 'result', permission_denials: nothings })],
  ['many empty blocks', blocksOf('{}')],
  ['many calls', blocksOf('{"type":"tool_use"}')],
  ['many parts', json({ type: 'user', message: { content: [{ type: 'tool_result', content: nothings }] } })],
  ['lists in lists', nested('[', ']')],
  ['objects in objects', nested('{"a":', '}')],
])('a line of 200 KiB costs little: %s', (_, line) => {
  const before = process.cpuUsage();
  const entries = parse(line, 'now');
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1_000).toBeLessThan(500);
  expect(entries.length).toBeLessThanOrEqual(201);
});

test('a message of more blocks than can be shown says so', () => {
  const entries = parse(
    json({ type: 'user', message: { content: Array(250).fill({ type: 'text', text: 'a' }) } }),
    'now',
  );
  expect(entries).toHaveLength(201);
  expect(entries.at(-1)).toEqual({ kind: 'system', text: '50 more blocks are not shown', ts: 'now' });
});

test('what a tool was given is shown as deep as the page can walk', () => {
  const given = (levels: number) => {
    const input: unknown = JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    const content = [{ type: 'tool_use', name: 'deep', input }];
    return { input, shown: parse(json({ type: 'assistant', message: { content } }), 'now') };
  };
  const { input, shown } = given(100);
  expect(shown).toMatchObject([{ input }]);
  expect(given(101).shown).toMatchObject([{ input: '(nested too deeply to be shown)' }]);
});
