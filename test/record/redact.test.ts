import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyTranscript, readLine, type Transcript } from '../../src/claude/transcript.ts';
import { judge } from '../../src/failure/verdict.ts';
import { Bodies } from '../../src/record/bodies.ts';
import { ElidedBytes } from '../../src/record/elided.ts';
import { createFiller } from '../../src/record/filler.ts';
import { rewriteJson } from '../../src/record/json-bytes.ts';
import type { Kept } from '../../src/record/kept.ts';
import { createRedactor } from '../../src/record/redact.ts';
import { createRules } from '../../src/record/rules.ts';
import { cutOff, ended } from '../failure/build.ts';
import { plan } from '../manifest/plan.ts';

const redactor = createRedactor(plan());
const bytes = (text: string) => Buffer.from(text).toString('latin1');
const line = (text: string) => Buffer.from(redactor.logLine(bytes(text)), 'latin1').toString('utf8');

describe('a JSON text', () => {
  const { opaque, fill } = createRules(createFiller());

  test.each(['{"a":[1,-2.5e+10,true,null,"x\\"y\\\\"],"é":{"":[]} , "b" : "\\u00e9" }', '[]', ' "text" ', '-0.5'])(
    '%s keeps its length, its shape and every sign outside of texts',
    (json) => {
      const redacted = rewriteJson(bytes(json), opaque) ?? '';
      expect(redacted).toHaveLength(bytes(json).length);
      const signs = (text: string) => text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\d/g, '1');
      expect(signs(redacted)).toBe(signs(bytes(json)));
      expect(() => JSON.parse(redacted)).not.toThrow();
    },
  );

  test.each(['', '{', '{"a":1', '{"a" 1}', '[1,]', '"a', '1 2', '{"a":nul}', '['.repeat(100_000)])(
    '%# that is none is left to others',
    (text) => {
      expect(rewriteJson(text, fill)).toBeUndefined();
    },
  );
});

describe('a line of the log', () => {
  test.each([
    ['2026-11-24T10:00:00.000000000Z {"type":"system","subtype":"init","session_id":"s-1"}', undefined],
    ['{"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"héllo"}]}}', 'héllo'],
    ['{"level":"info","msg":"Deploying","code":12345}', 'Deploying'],
    ['{"type":"assistant","message":{"content":[{"type":"text","text":"cut of', 'cut of'],
    ['of the middle","other":"words"}', 'middle'],
    ['\x1b[31mFailed: Zürich has no 12345678\x1b[0m', 'Zürich'],
    ['', undefined],
  ])('%j keeps its bytes but not its words', (text, gone) => {
    const redacted = line(text);
    expect(Buffer.byteLength(redacted)).toBe(Buffer.byteLength(text));
    if (gone !== undefined) expect(redacted).not.toContain(gone);
    expect(redacted.startsWith('{')).toBe(text.startsWith('{'));
  });

  test('keeps by what a failure is told', () => {
    const kept = [
      'No conversation found with session ID: 11111111-2222-4333-8444-555555555555',
      'exec: "claude": executable file not found in $PATH: unknown',
      'fatal error: out of memory',
    ];
    expect(kept.map(line)).toEqual(kept);
    expect(line("error: unknown option '--no-such-flag'")).toMatch(/^error: unknown option '[a-z]+'$/);
  });

  test('of a known type keeps ids, usage and errors, and the names of tools', () => {
    const event = {
      type: 'assistant',
      message: {
        id: 'msg_1',
        model: 'claude-x',
        usage: { input_tokens: 12, service_tier: 'standard' },
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { id: 'mine', type: 'mine', n: 42 } }],
      },
      session_id: 's-1',
      new_field: 'from tomorrow',
    };
    const seen = JSON.parse(line(JSON.stringify(event)));
    expect(seen).toMatchObject({
      message: {
        id: 'msg_1',
        model: 'claude-x',
        usage: event.message.usage,
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'Bash' }],
      },
      session_id: 's-1',
    });
    expect(JSON.stringify(seen)).not.toMatch(/mine|42|tomorrow/);
  });
});

describe('a recorded run of Claude Code', () => {
  const folder = new URL('../../fixtures/claude/', import.meta.url);
  const recordings = readFileSync(new URL('index.ndjson', folder), 'utf8')
    .trim()
    .split('\n')
    .map((text): { name: string; exitCode: number; lines: number } => JSON.parse(text))
    .filter(({ lines }) => lines > 0);

  test.for(recordings)('$name has the same verdict and the same account without its words', ({ name, exitCode }) => {
    const lines = readFileSync(new URL(`${name}.ndjson`, folder), 'utf8')
      .trim()
      .split('\n');
    const [before, after] = [lines, lines.map(line)].map(fold);
    if (before === undefined || after === undefined) throw new Error('two folds');
    const verdicts = [before, after].map((transcript) => judge(cutOff(ended(exitCode), { transcript })));
    expect(verdicts[1]?.code).toBe(verdicts[0]?.code);
    expect(verdicts[1]?.cause).toBe(verdicts[0]?.cause);
    const account = ({
      lines: all,
      inits,
      results,
      sessionId,
      outstandingTasks,
      apiRetries,
      usageSoFar,
    }: Transcript) => ({
      all,
      inits,
      results,
      sessionId,
      outstandingTasks,
      apiRetries,
      usageSoFar,
    });
    expect(account(after)).toEqual(account(before));
    expect(after.lastText === undefined).toBe(before.lastText === undefined);
    if (before.lastText !== undefined) expect(after.lastText).not.toBe(before.lastText);
  });
});

function fold(lines: readonly string[]): Transcript {
  return lines.reduce(readLine, emptyTranscript);
}

test('however the network cut a log, the pieces are as long and together the same lines', async () => {
  const text = [
    '{"type":"assistant","message":{"id":"é","content":[{"type":"text","text":"☕☕"}]}}',
    'Zürich',
    '',
  ].join('\n');
  const whole = Buffer.from(text);
  const redactedWhole = text.split('\n').map(line).join('\n');
  for (const size of [1, 2, 7, 64, 1000]) {
    const frames: Kept[] = [
      { f: 'request', at: 0, id: 1, verb: 'follow', resource: 'pods/log', method: 'GET', path: '/', body: undefined },
      { f: 'head', at: 0, id: 1, status: 200, headers: {} },
    ];
    for (let at = 0; at < whole.length; at += size)
      frames.push({ f: 'chunk', at, id: 1, bytes: whole.subarray(at, at + size) });
    const bodies = new Bodies(frames, redactor, async () => {});
    const pieces: Buffer[] = [];
    for (const kept of frames) {
      if (kept.f !== 'chunk') continue;
      const piece = await bodies.take(kept);
      expect(piece).toHaveLength(kept.bytes.length);
      pieces.push(piece);
    }
    expect(Buffer.concat(pieces).toString('utf8')).toBe(redactedWhole);
  }
});

test('a line of which the middle is gone is half a line on both sides', async () => {
  const [before, after] = ['{"type":"assistant","message":{"content":[{"type":"text","text":"se', 'cret words"}]}}\n'];
  const frames: Kept[] = [
    { f: 'request', at: 0, id: 1, verb: 'follow', resource: 'pods/log', method: 'GET', path: '/', body: undefined },
    { f: 'head', at: 0, id: 1, status: 200, headers: {} },
    { f: 'chunk', at: 0, id: 1, bytes: Buffer.from(before) },
    { f: 'elided', at: 0, id: 1, what: new ElidedBytes() },
    { f: 'chunk', at: 0, id: 1, bytes: Buffer.from(after) },
  ];
  const bodies = new Bodies(frames, redactor, async () => {});
  const pieces: string[] = [];
  for (const kept of frames) if (kept.f === 'chunk') pieces.push((await bodies.take(kept)).toString());
  expect(pieces[0]).toMatch(new RegExp(`^\\{[a-z]{${before.length - 1}}$`));
  expect(pieces[1]).toMatch(new RegExp(`^[a-z]{${after.length - 1}}\n$`));
});

describe('an object of the API', () => {
  const object = (value: unknown) => JSON.parse(redactor.object(JSON.stringify(value)));

  test('loses the data of Secrets, values of variables, foreign annotations and arguments, wherever they stand', () => {
    const seen = object({
      items: [
        {
          kind: 'Secret',
          data: { 'env.TOKEN': 'c2VjcmV0' },
          stringData: { other: 'plain' },
          metadata: {
            name: 'job-1',
            annotations: {
              'paperclip.io/task-id-raw': 'T-1',
              'example.com/token': 'mine',
              'kubectl.kubernetes.io/x': '{}',
            },
          },
          spec: {
            containers: [
              {
                name: 'claude',
                command: ['sh', '-c', 'claude', '--model', 'Opus Maximus'],
                args: ['mine'],
                env: [
                  { name: 'A', value: 'mine' },
                  { name: 'B', valueFrom: { secretKeyRef: { name: 'job-1', key: 'env.B' } } },
                ],
              },
            ],
          },
          status: {
            containerStatuses: [
              { state: { terminated: { exitCode: 1, reason: 'Error', message: 'Mine\nerror: not found' } } },
              { state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "agent:1"' } } },
            ],
          },
        },
      ],
    });
    expect(JSON.stringify(seen)).not.toMatch(/mine|c2Vj|plain|Opus/i);
    expect(seen.items[0]).toMatchObject({
      data: { 'env.TOKEN': expect.stringMatching(/^[a-z]{8}$/) },
      metadata: { name: 'job-1', annotations: { 'paperclip.io/task-id-raw': 'T-1' } },
      spec: {
        containers: [
          {
            command: ['sh', '-c', 'claude', '--model', expect.stringMatching(/^[a-z]{12}$/)],
            env: [{ name: 'A' }, { valueFrom: { secretKeyRef: { name: 'job-1', key: 'env.B' } } }],
          },
        ],
      },
      status: {
        containerStatuses: [
          {
            state: {
              terminated: {
                exitCode: 1,
                reason: 'Error',
                message: expect.stringMatching(/^[a-z]{4}\nerror: not found$/),
              },
            },
          },
          { state: { waiting: { message: 'Back-off pulling image "agent:1"' } } },
        ],
      },
    });
  });
});
