import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyTranscript, hasFinalResult, readLine, type Transcript } from '../../src/claude/transcript.ts';

const folder = new URL('../../fixtures/claude/', import.meta.url);
function recorded(name: string): string[] {
  return readFileSync(new URL(`${name}.ndjson`, folder), 'utf8')
    .trim()
    .split('\n');
}
const fold = (lines: readonly string[]) => lines.reduce(readLine, emptyTranscript);
const json = (value: unknown) => JSON.stringify(value);
const said = (text: string, over = {}) =>
  json({ type: 'assistant', message: { id: 'm', model: 'x', content: [{ type: 'text', text }] }, ...over });
const result = (over = {}) => json({ type: 'result', subtype: 'success', is_error: false, result: 'done', ...over });
const tasks = (...ids: string[]) =>
  json({ type: 'system', subtype: 'background_tasks_changed', tasks: ids.map((task_id) => ({ task_id })) });

describe('what a recorded stream says', () => {
  const cases: [string, Partial<Transcript>, object | undefined][] = [
    ['success-tools', { inits: 1, results: 1, sawContent: true }, { subtype: 'success', isError: false }],
    ['success-many-turns', { inits: 1, results: 1, sawContent: true }, { subtype: 'success', isError: false }],
    [
      'background-subagent',
      { inits: 2, results: 2, outstandingTasks: [], lastText: 'All of it is done.' },
      { isError: false },
    ],
    ['max-turns', { results: 1, sawContent: true }, { subtype: 'error_max_turns', isError: true }],
    [
      'unknown-session',
      { inits: 0, sawContent: false },
      { isError: true, errors: [expect.stringContaining('No conversation found')] },
    ],
    ['auth-401', { sawContent: false }, { isError: true, apiErrorStatus: 401 }],
    ['model-404', { sawContent: false }, { isError: true, apiErrorStatus: 404 }],
    [
      'rate-limit-429',
      { sawContent: false, apiRetries: [{ status: 429, error: 'rate_limit' }] },
      { isError: true, apiErrorStatus: 429 },
    ],
    ['overloaded-529', { sawContent: false }, { isError: true, apiErrorStatus: 529 }],
    ['credit-400', { sawContent: false }, { isError: true, apiErrorStatus: 400 }],
    ['empty-response', { sawContent: false }, { isError: true, apiErrorStatus: undefined }],
    ['stream-cut', { results: 1 }, { isError: true }],
    ['sigterm-mid-tool', { results: 0, sawContent: true }, undefined],
    ['sigkill-mid-tool', { results: 0, sawContent: true }, undefined],
    ['sigint-mid-tool', { results: 1, sawContent: true }, { subtype: 'error_during_execution', isError: true }],
  ];
  test.each(cases)('%s', (name, transcript, last) => {
    const lines = recorded(name);
    const read = fold(lines);
    expect(read).toMatchObject({ lines: lines.length, unreadableLines: 0, plainText: [], ...transcript });
    if (last === undefined) expect(read.result).toBeUndefined();
    else expect(read.result).toEqual(expect.objectContaining(last));
  });
  test('at every line of a background sub-agent no result is final before the last turn has one', () => {
    const lines = recorded('background-subagent');
    const firstFinal = lines.findIndex((_, i) => hasFinalResult(fold(lines.slice(0, i + 1))));
    expect(JSON.parse(lines[firstFinal] ?? '{}').type).toBe('result');
    expect(firstFinal).toBe(lines.length - 2);
  });
});

describe('a result', () => {
  test('is not final while a background task is outstanding', () => {
    expect(hasFinalResult(fold([said('a'), tasks('t'), result()]))).toBe(false);
    expect(hasFinalResult(fold([said('a'), tasks('t'), result(), tasks()]))).toBe(true);
  });
  test.each([
    ['an init', json({ type: 'system', subtype: 'init' })],
    ['more of the main turn', said('more')],
  ])('is superseded by %s after it', (_name, line) => {
    expect(fold([result(), line]).result).toBeUndefined();
  });
  test.each([
    ['a sub-agent', said('more', { parent_tool_use_id: 'toolu' })],
    ['plain text', 'bye'],
    ['a cut line', '{"type":"assi'],
  ])('is not superseded by %s', (_name, line) => {
    expect(fold([result(), line]).result?.text).toBe('done');
  });
  test('that is empty falls back on the last text of the main turn', () => {
    const lines = [said('main'), said('sub', { parent_tool_use_id: 'toolu' }), result({ result: '' })];
    expect(fold(lines).result?.text).toBe('main');
  });
  test('of a later turn counts', () => {
    expect(fold([result({ result: 'one' }), result({ result: 'two' })]).result?.text).toBe('two');
  });
});

describe('tokens so far', () => {
  const used = (id: string, output_tokens: number) =>
    json({ type: 'assistant', message: { id, model: 'x', content: [], usage: { input_tokens: 10, output_tokens } } });
  test('count each message once, with its latest word', () => {
    expect(fold([used('a', 1), used('a', 5), used('b', 2)]).usageSoFar).toMatchObject({
      inputTokens: 20,
      outputTokens: 7,
    });
  });
});

describe('text that is no protocol', () => {
  test('is kept for quoting, the first line and the last five', () => {
    const read = fold(['', 'one', 'two', 'three', 'four', 'five', 'six']);
    expect(read).toMatchObject({ firstPlainText: 'one', plainText: ['two', 'three', 'four', 'five', 'six'] });
  });
  test('tells of a corrupt configuration', () => {
    expect(fold(['Claude configuration file at /paperclip/.claude.json is corrupted: x']).configCorrupt).toBe(true);
  });
  test.each([['{"type":"assistant","mes'], ['{"type":"user","message":{"role":"us'], ['{'], ['{"a":}']])(
    'that is broken JSON is not text: %s',
    (line) => {
      expect(fold([line])).toMatchObject({ unreadableLines: 1, firstPlainText: undefined });
    },
  );
  test.each([['null'], ['[]'], ['42'], ['{}'], ['{"type":1}']])('never throws on %s', (line) => {
    expect(fold([line])).toMatchObject({ lines: 1, result: undefined });
  });
});

describe('an event', () => {
  const init = { subtype: 'init', session_id: 's', model: 'm' };
  test.each([
    ['first', json({ type: 'system', ...init })],
    ['second', json({ subtype: 'init', type: 'system', session_id: 's', model: 'm' })],
    ['last', json({ ...init, type: 'system' })],
  ])('is read with its type as the %s of its keys', (_, line) => {
    expect(fold([line])).toMatchObject({ lines: 1, inits: 1, sessionId: 's', model: 'm' });
  });
  test('that says nothing of the run is counted and changes nothing, whatever it quotes', () => {
    const lines = [
      json({ type: 'user', message: { content: [{ type: 'tool_result', content: result() }, { type: 'result' }] } }),
      json({ type: 'stream_event', event: { type: 'result', result: 'x' } }),
      json({ type: 'system', subtype: 'task_progress', description: '"subtype":"init"', tasks: [{ task_id: 'a' }] }),
    ];
    expect(fold(lines)).toEqual({ ...emptyTranscript, lines: 3 });
  });
});

describe('a line that is passed over without being parsed', () => {
  const events: [string, Record<string, unknown>][] = [
    ['user', { message: { content: [{ type: 'tool_result', content: 'x' }] } }],
    ['stream_event', { event: { type: 'result' } }],
    ['system', { subtype: 'task_progress', description: 'x' }],
    ['system', { subtype: 'init', session_id: 's', model: 'm' }],
    ['system', { subtype: 'background_tasks_changed', tasks: [{ task_id: 'a' }] }],
    ['system', { subtype: 'api_retry', error_status: 529 }],
    ['system', { session_id: 's', subtype: 'init' }],
    ['assistant', { message: { id: 'a', content: [{ type: 'text', text: 'hello' }] } }],
    ['result', { subtype: 'success', result: 'done' }],
    ['rate_limit_event', { rate_limit_info: { resetsAt: 1 } }],
    ['resul\\u0074', { subtype: 'success', result: 'done' }],
    ['a type that nobody knows', {}],
  ];
  test.each(events)('says nothing that a parsed one would say: %s %j', (type, rest) => {
    const members = json(rest).slice(1, -1);
    const first = `{"type":"${type}"${members === '' ? '' : `,${members}`}}`;
    const last = `{${members}${members === '' ? '' : ','}"type":"${type}"}`;
    expect(fold([first])).toEqual(fold([last]));
  });
  test('is whole: one that is cut is unreadable', () => {
    const line = json({ type: 'user', message: { content: [{ type: 'tool_result', content: 'x' }] } });
    expect(fold([line.slice(0, -9)])).toMatchObject({ lines: 1, unreadableLines: 1 });
    expect(fold([`${line.slice(0, -9)}[rtk] killed`])).toMatchObject({ unreadableLines: 1 });
  });
});

test('a rate limit tells when it ends', () => {
  const line = json({
    type: 'rate_limit_event',
    rate_limit_info: { resetsAt: 1795570000, rateLimitType: 'five_hour', status: 'rejected' },
  });
  expect(fold([line]).rateLimit).toEqual({ resetsAt: 1795570000, type: 'five_hour', status: 'rejected' });
});
