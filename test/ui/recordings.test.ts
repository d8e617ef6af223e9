import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/ui/entry.ts';
import { linesOf, recordings } from './lines.ts';
import { openPage } from './page.ts';

const parse = await openPage();
const shown = (recording: string) => linesOf(recording).flatMap((line) => parse(line, 'now'));

const tools = (turns: number) => ({ assistant: turns, tool_call: turns, tool_result: turns });
const table: Record<string, Partial<Record<Entry['kind'], number>>> = {
  'auth-401': { init: 1, system: 2, result: 1 },
  'background-subagent': { init: 2, assistant: 3, tool_call: 2, tool_result: 2, system: 10, result: 2 },
  'credit-400': { init: 1, system: 1, result: 1 },
  'empty-response': { init: 1, system: 1, result: 1 },
  'max-turns': { init: 1, ...tools(2), result: 1 },
  'model-404': { init: 1, system: 1, result: 1 },
  'overloaded-529': { init: 1, system: 2, result: 1 },
  'rate-limit-429': { init: 1, system: 2, result: 1 },
  'sigint-mid-tool': { init: 1, ...tools(1), system: 2, user: 1, result: 1 },
  'sigkill-mid-tool': { init: 1, assistant: 1, tool_call: 1, system: 1 },
  'sigterm-mid-tool': { init: 1, ...tools(1), system: 2 },
  'stream-cut': { init: 1, assistant: 4, system: 4, result: 1 },
  'success-many-turns': { init: 1, ...tools(12), assistant: 13, result: 1 },
  'success-tools': { init: 1, ...tools(2), result: 1 },
  'unknown-session': { result: 1 },
};

describe('what the page shows of a recorded stream', () => {
  test('is written down for every one', () => {
    expect(recordings).toEqual(Object.keys(table));
  });

  test.each(Object.entries(table))('%s', (recording, kinds) => {
    const counts: Record<string, number> = {};
    for (const { kind } of shown(recording)) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(counts).toEqual(kinds);
  });

  test.each(recordings)('%s: no line is left out, none is shown as bare JSON, and each has its time', (recording) => {
    for (const line of linesOf(recording)) {
      const entries = parse(line, '2026-11-25T01:33:17.192Z');
      expect(entries).not.toEqual([]);
      for (const entry of entries) {
        expect(entry.ts).toBe('2026-11-25T01:33:17.192Z');
        expect(JSON.stringify(entry)).not.toContain('session_id');
      }
    }
  });
});

test('a run with tools is told in the order in which it happened', () => {
  const text = 'Step 1: naïve café ☕ 日本語';
  const call = (id: string, command: string) => ({
    kind: 'tool_call',
    name: 'Bash',
    toolUseId: id,
    input: { command, description: 'run' },
  });
  const came = (id: string, content: string) => ({ kind: 'tool_result', toolUseId: id, content, isError: false });
  expect(shown('success-tools').map(({ ts: _, ...said }) => said)).toEqual([
    { kind: 'init', model: 'claude-sonnet-4-6', sessionId: '5313b940-883b-4e37-8946-0293c0415d4b' },
    { kind: 'assistant', text },
    call('toolu_1_1', 'echo step 1'),
    call('toolu_1_2', 'echo world'),
    came('toolu_1_1', 'step 1'),
    came('toolu_1_2', 'world'),
    { kind: 'assistant', text: 'All done.' },
    {
      kind: 'result',
      text: 'All done.',
      inputTokens: 30,
      outputTokens: 47,
      cachedTokens: 10,
      costUsd: 0.0008025,
      subtype: 'success',
      isError: false,
      errors: [],
    },
  ]);
});

test('a sub-agent in the background is told by its tasks, and its words are not the agent’s', () => {
  const told = shown('background-subagent').flatMap((entry) => ('text' in entry ? `${entry.kind}: ${entry.text}` : []));
  expect(told).toEqual([
    'assistant: Handing over.',
    'system: 1 background task: scripted (general-purpose)',
    'system: task started: scripted (general-purpose), in the background',
    'assistant: Waiting for the sub-agent.',
    'system: sub-agent general-purpose: Sub-agent at work.',
    'system: task goes on: Running scripted step (general-purpose) [1 tool use, 124 tokens]',
    'system: task started: scripted step (local_bash)',
    'system: task completed: scripted step',
    'system: sub-agent general-purpose: Sub-agent finished.',
    'system: task completed: ad185a6a18e3137b7',
    'system: task completed: Sub-agent finished. [1 tool use, 145 tokens]',
    'system: no background task is left',
    'assistant: All of it is done.',
    'result: Waiting for the sub-agent.',
    'result: All of it is done.',
  ]);
});

test.each([
  ['auth-401', true, 'Invalid API key · Fix external API key', []],
  ['max-turns', true, '', ['Reached maximum number of turns (2)']],
  ['success-many-turns', false, 'All done.', []],
  ['unknown-session', true, '', ['No conversation found with session ID: 11111111-2222-4333-8444-555555555555']],
])('the end of %s', (recording, isError, text, errors) => {
  expect(shown(recording).at(-1)).toMatchObject({ kind: 'result', isError, text, errors });
});

test('a tool that failed is shown as failed', () => {
  expect(shown('sigterm-mid-tool').at(-1)).toMatchObject({
    kind: 'tool_result',
    toolUseId: 'toolu_1_1',
    content: 'Exit code 137',
    isError: true,
  });
});
