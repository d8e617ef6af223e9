import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readable } from '../../src/cli/readable.ts';

const assistant = (content: unknown[], more = {}) =>
  JSON.stringify({ type: 'assistant', message: { content }, ...more });

test.each<[string, string, string | undefined]>([
  ['text', assistant([{ type: 'text', text: 'Hello.\n' }]), 'Hello.'],
  [
    'a tool call in one line',
    assistant([{ type: 'tool_use', name: 'Bash', input: { command: 'ls\nrm x' } }]),
    '> Bash ls',
  ],
  ['thinking is not shown', assistant([{ type: 'thinking', thinking: 'hm' }]), undefined],
  [
    "a sub-agent's text, indented",
    assistant([{ type: 'text', text: 'a\nb' }], { parent_tool_use_id: 't' }),
    '  a\n  b',
  ],
  ['a tool result is not shown', JSON.stringify({ type: 'user' }), undefined],
  ['plain text as it is', 'Killed', 'Killed'],
  ['a line cut in its middle is not shown', '{"type":"assis', undefined],
])('%s', (_, line, shown) => {
  expect(readable(line)).toBe(shown);
});

test('a long input is cut', () => {
  const line = assistant([{ type: 'tool_use', name: 'Write', input: { file: 'x'.repeat(500) } }]);
  expect(readable(line)).toBe(`> Write ${'x'.repeat(160)}...`);
});

test('every recorded line can be shown, and no protocol is', () => {
  const recordings = join(import.meta.dirname, '../../fixtures/claude');
  for (const name of readdirSync(recordings).filter((file) => file.endsWith('.ndjson') && file !== 'index.ndjson')) {
    for (const line of readFileSync(join(recordings, name), 'utf8').split('\n')) {
      expect(readable(line) ?? '').not.toMatch(/^\{"/);
    }
  }
});
