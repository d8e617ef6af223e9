import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { truncationCommand, truncationSettings } from '../../src/prepare/rtk.ts';

/** Runs the hook as Claude Code does: a shell command with the event on standard input. Undefined: it said nothing. */
function hook(toolResponse: unknown, maxBytes: number, over: Record<string, unknown> = {}): unknown {
  const event = {
    session_id: 'a"b\\',
    tool_name: 'Bash',
    tool_input: { command: 'echo "{[,:" \\', tool_response: 'x'.repeat(500) },
    tool_response: toolResponse,
    tool_use_id: 'toolu_1',
    duration_ms: 31,
    ...over,
  };
  const said = execFileSync('sh', ['-c', truncationCommand(maxBytes)], { input: `${JSON.stringify(event)}\n` });
  if (said.length === 0) return undefined;
  const answer = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(said));
  expect(answer.hookSpecificOutput.hookEventName).toBe('PostToolUse');
  return answer.hookSpecificOutput.updatedToolOutput;
}

function bash(stdout: string, over: Record<string, unknown> = {}) {
  return { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false, ...over };
}

function cutText(text: string, maxBytes: number): string {
  const answer = hook(bash(text), maxBytes);
  if (typeof answer !== 'object' || answer === null || !('stdout' in answer)) throw new Error('nothing was cut');
  return String(answer.stdout);
}

describe('what the hook answers', () => {
  test('nothing when the output is within the limit, to the byte', () => {
    expect(hook(bash('é'.repeat(50)), 100)).toBeUndefined();
    expect(hook(bash('é'.repeat(50)), 99)).toEqual(bash(`${'é'.repeat(49)}\n[output cut: 98 of 100 bytes shown]`));
  });

  test('the output in its own shape, with only its texts cut', () => {
    const path = `/paperclip/${'d'.repeat(200)}/out.txt`;
    expect(hook(bash('0123456789', { persistedOutputPath: path, size: 65536, list: [1, null, true] }), 4)).toEqual(
      bash('0123\n[output cut: 4 of 10 bytes shown]', {
        persistedOutputPath: path,
        size: 65536,
        list: [1, null, true],
      }),
    );
  });

  test('all texts of one answer share the limit', () => {
    expect(hook(bash('12345', { stderr: '6789012345' }), 8)).toEqual(
      bash('12345', { stderr: '678\n[output cut: 3 of 10 bytes shown]' }),
    );
    expect(hook(bash('1234567890', { stderr: 'oops' }), 8)).toEqual(
      bash('12345678\n[output cut: 8 of 10 bytes shown]', { stderr: '[output cut: 0 of 4 bytes shown]' }),
    );
  });

  test('a text on its own, and the blocks of an MCP server with its pictures whole', () => {
    expect(hook('abcdef', 3)).toBe('abc\n[output cut: 3 of 6 bytes shown]');
    const picture = { type: 'image', data: 'A'.repeat(5000), mimeType: 'image/png' };
    expect(hook([{ type: 'text', text: 'abcdef' }, picture, { type: 'text', text: 'g' }], 3)).toEqual([
      { type: 'text', text: 'abc\n[output cut: 3 of 6 bytes shown]' },
      picture,
      { type: 'text', text: '[output cut: 0 of 1 bytes shown]' },
    ]);
    expect(hook(bash(`data:image/png;base64,${'A'.repeat(5000)}`), 3)).toBeUndefined();
  });

  test('a list of names ends with the notice', () => {
    const names = Array.from({ length: 50 }, (_, index) => `f${index + 10}`);
    expect(hook({ mode: 'files', filenames: names, numFiles: 50 }, 8)).toEqual({
      mode: 'files',
      filenames: ['f10', 'f11', 'f1\n[output cut: 2 of 3 bytes shown]'],
      numFiles: 50,
    });
    expect(hook({ content: 'abcd', one: ['x'], two: ['y', 'z'], three: [] }, 2)).toEqual({
      content: 'ab\n[output cut: 2 of 4 bytes shown]',
      one: ['[output cut: 0 of 1 bytes shown]'],
      two: ['[output cut: 0 of 1 bytes shown]'],
      three: [],
    });
  });

  test('a long text of a tool that is not known is cut, a short value is not', () => {
    const long = 'z'.repeat(1025);
    expect(hook({ answer: long, id: 'abcdefgh' }, 1000)).toEqual({
      answer: `${'z'.repeat(1000)}\n[output cut: 1000 of 1025 bytes shown]`,
      id: 'abcdefgh',
    });
  });
});

describe('where it cuts', () => {
  const pieces = ['a', '"', '\\', '\n', '\u0001', 'é', '€', '😀', '\u2028', '{', ']', ',', ':', 'u', '\\u00', '\ud800'];
  // The same order every time, with every piece next to every other.
  const text = pieces.flatMap((one) => pieces.flatMap((other) => [one, other])).join('');
  const bytes = Buffer.from(text);
  // A lone surrogate is three bytes of UTF-8 as well.
  const shown = (cut: string) => cut.replace(/\n?\[output cut: [^\]]*\]$/, '');

  test.each(Array.from({ length: 60 }, (_, index) => index * 15 + 1))('at %i bytes: between characters', (limit) => {
    const cut = shown(cutText(text, limit));
    expect(text.startsWith(cut)).toBe(true);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
    // No whole character more would have fit.
    const next = String.fromCodePoint(text.codePointAt(cut.length) ?? 0);
    expect(Buffer.byteLength(cut + next)).toBeGreaterThan(limit);
  });

  test('the notice tells the real numbers', () => {
    expect(cutText(text, 500)).toMatch(new RegExp(`\\[output cut: (500|49[7-9]) of ${bytes.length} bytes shown\\]$`));
  });

  test('a megabyte of quoted lines', () => {
    const cut = cutText('say "hello", \\ and é\n'.repeat(50_000), 50_000);
    expect(Buffer.byteLength(shown(cut))).toBe(50_000);
  });
});

test('the settings name the tools whose output is read, not those that write', () => {
  const settings = JSON.parse(truncationSettings(50_000));
  const [{ matcher, hooks }] = settings.hooks.PostToolUse;
  expect(hooks).toEqual([{ type: 'command', command: truncationCommand(50_000), timeout: 30 }]);
  const matches = new RegExp(`^(?:${matcher})$`);
  expect(
    ['Bash', 'Read', 'Grep', 'WebFetch', 'mcp__github__search', 'Task'].filter((name) => !matches.test(name)),
  ).toEqual([]);
  expect(['Edit', 'Write', 'NotebookEdit', 'TodoWrite'].filter((name) => matches.test(name))).toEqual([]);
});

test('an image without awk goes on as before', () => {
  const env = { PATH: '/nowhere' };
  // It ends without reading: nothing may be written to it.
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  expect(execFileSync('/bin/sh', ['-c', truncationCommand(1)], { stdio, env }).length).toBe(0);
});
