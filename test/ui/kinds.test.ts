import { describe, expect, test } from 'vitest';
import { json } from './lines.ts';
import { openPage } from './page.ts';

const parse = await openPage();
const shown = (value: unknown) =>
  parse(typeof value === 'string' ? value : json(value), 'now').map(({ ts: _, ...said }) => said);
const assistant = (content: unknown, over = {}) => ({ type: 'assistant', message: { model: 'm', content }, ...over });
const user = (content: unknown, over = {}) => ({ type: 'user', message: { role: 'user', content }, ...over });
const system = (subtype: string, over = {}) => ({ type: 'system', subtype, ...over });
const says = (text: string) => [{ kind: 'system', text }];

describe('what the model says', () => {
  test('thoughts, words and calls of one message keep their order', () => {
    const content = [
      { type: 'thinking', thinking: 'first look', signature: 's' },
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 't1', name: 'Read', input: { file_path: '/a' } },
    ];
    expect(shown(assistant(content))).toEqual([
      { kind: 'thinking', text: 'first look' },
      { kind: 'assistant', text: 'I look.' },
      { kind: 'tool_call', name: 'Read', input: { file_path: '/a' }, toolUseId: 't1' },
    ]);
  });

  test('thoughts that the API keeps back', () => {
    expect(shown(assistant([{ type: 'thinking', thinking: '', signature: 's' }]))).toEqual([]);
    expect(shown(assistant([{ type: 'redacted_thinking', data: 'x' }]))).toEqual([
      { kind: 'thinking', text: '(thinking that the API does not show)' },
    ]);
  });

  test('a key order of any kind, and spaces around', () => {
    const line = '  {"message": {"content": [{"text": "hi", "type": "text"}]}, "type": "assistant"} \r';
    expect(shown(line)).toEqual([{ kind: 'assistant', text: 'hi' }]);
  });

  test('a sub-agent that thinks, and what it was asked', () => {
    const over = { parent_tool_use_id: 't1', subagent_type: 'Explore' };
    expect(shown(assistant([{ type: 'thinking', thinking: 'hm' }], over))).toEqual(
      says('sub-agent Explore thinks: hm'),
    );
    expect(shown(user('look around', over))).toEqual(says('to sub-agent Explore: look around'));
    expect(shown(user([{ type: 'text', text: 'go' }], { parent_tool_use_id: 't1' }))).toEqual(says('to sub-agent: go'));
  });

  test('tools that the API runs itself', () => {
    const found = [
      { type: 'web_search_result', title: 'Kubernetes', url: 'https://kubernetes.io', encrypted_content: 'x' },
    ];
    expect(
      shown(
        assistant([
          { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'jobs' } },
          { type: 'web_search_tool_result', tool_use_id: 's1', content: found },
          {
            type: 'web_search_tool_result',
            tool_use_id: 's2',
            content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
          },
        ]),
      ),
    ).toEqual([
      { kind: 'tool_call', name: 'web_search', input: { query: 'jobs' }, toolUseId: 's1' },
      {
        kind: 'tool_result',
        toolUseId: 's1',
        content: '[web_search_result Kubernetes https://kubernetes.io]',
        isError: false,
      },
      {
        kind: 'tool_result',
        toolUseId: 's2',
        content: '[web_search_tool_result_error max_uses_exceeded]',
        isError: true,
      },
    ]);
  });

  test('a block that only a newer Claude Code knows is named', () => {
    expect(shown(assistant([{ type: 'hologram', name: 'cube' }]))).toEqual(says('[hologram cube]'));
  });
});

describe('what a tool gave', () => {
  const gave = (content: unknown, over = {}) =>
    shown(user([{ type: 'tool_result', tool_use_id: 't1', content, ...over }]));

  test.each([
    ['text', 'done', 'done'],
    ['nothing', undefined, ''],
    ['parts', [{ type: 'text', text: 'one' }, 'two', { type: 'text', text: 'three' }], 'one\ntwo\nthree'],
    [
      'an image',
      [
        { type: 'text', text: 'shot' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(4_096) } },
      ],
      'shot\n[image image/png 3 KiB]',
    ],
    [
      'an image elsewhere',
      [{ type: 'image', source: { type: 'url', url: 'https://a/b.png' } }],
      '[image https://a/b.png]',
    ],
    ['a tool that was found', [{ type: 'tool_reference', tool_name: 'WebFetch' }], '[tool_reference WebFetch]'],
  ])('%s', (_, content, text) => {
    expect(gave(content)).toEqual([{ kind: 'tool_result', toolUseId: 't1', content: text, isError: false }]);
  });

  test('an error', () => {
    expect(gave('no such file', { is_error: true })).toMatchObject([{ content: 'no such file', isError: true }]);
  });

  test('a long result is whole', () => {
    const text = 'x'.repeat(200 * 1024);
    expect(gave(text)).toMatchObject([{ content: text }]);
  });
});

describe('what comes as a user’s message', () => {
  test('is the user’s, unless Claude Code says it', () => {
    expect(shown(user('hello'))).toEqual([{ kind: 'user', text: 'hello' }]);
    expect(shown(user([{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }]))).toEqual(
      [{ kind: 'user', text: '[image image/png 1 KiB]' }],
    );
    const skill = `# Skill\n\n${'words '.repeat(1_000)}`;
    const [entry] = shown(user(skill, { isSynthetic: true }));
    expect(entry).toMatchObject({ kind: 'system', text: expect.stringMatching(/^to the model: # Skill words .*…$/) });
    expect(entry).toMatchObject({ text: expect.toSatisfy((text: string) => text.length <= 501) });
  });
});

describe('what Claude Code says of itself', () => {
  test.each<[string, object, string]>([
    ['a retry of which nothing is known', system('api_retry'), 'API retry ? of ?'],
    [
      'a retry after a lost connection',
      system('api_retry', { attempt: 2, max_retries: 10, retry_delay_ms: 1_250, error: 'connection_failed' }),
      'API retry 2 of 10 in 1.3 s: connection_failed',
    ],
    [
      'a compaction',
      system('compact_boundary', { compact_metadata: { trigger: 'auto', pre_tokens: 155_000 } }),
      'conversation compacted at 155000 tokens (auto)',
    ],
    [
      'tasks',
      system('background_tasks_changed', { tasks: [{ task_id: 'a' }, { description: 'b', task_type: 'local_bash' }] }),
      '2 background tasks: a, b (local_bash)',
    ],
    ['a task that changed', system('task_updated', { task_id: 'a', patch: {} }), 'task changed: a'],
    ['a system event of tomorrow', system('hook_mood', { content: 'fine' }), 'event system hook_mood: fine'],
    [
      'an event of tomorrow whose message is no text',
      { type: 'mood', description: '', message: { a: 1 }, status: 'good' },
      'event mood: good',
    ],
    ['an event of tomorrow', { type: 'tool_progress', elapsed: 3 }, 'event tool_progress'],
    [
      'a limit',
      {
        type: 'rate_limit_event',
        rate_limit_info: { status: 'allowed_warning', rateLimitType: 'five_hour', resetsAt: 1_795_570_405 },
      },
      'rate limit: five hour, allowed warning, until 2026-11-25T01:33:25.000Z',
    ],
    ['a limit without end', { type: 'rate_limit_event', status: 'rejected', resetsAt: 1e300 }, 'rate limit: rejected'],
  ])('%s', (_, event, text) => {
    expect(shown(event)).toEqual(says(text));
  });

  test('a begin of which little is known', () => {
    expect(shown(system('init'))).toEqual([{ kind: 'init', model: 'unknown', sessionId: '' }]);
  });

  test('a piece of a message waits for the whole one', () => {
    expect(shown({ type: 'stream_event', event: { type: 'content_block_delta' } })).toEqual([]);
  });

  test('tools that were denied, before the result', () => {
    const denials = [{ tool_name: 'Bash', tool_input: { command: 'rm' } }, { tool_name: 'Write' }];
    expect(shown({ type: 'result', subtype: 'success', result: 'x', permission_denials: denials })).toMatchObject([
      { kind: 'system', text: 'permission denied: Bash, Write' },
      { kind: 'result', text: 'x' },
    ]);
  });
});

describe('what is no event', () => {
  test.each([
    ['a status line of the adapter', '[paperclip] pod agent-x: running', 'system'],
    ['a word of the shell', 'error: unknown option --frobnicate', 'stdout'],
    ['text that only looks like ours', '[paperclipper] x', 'stdout'],
    ['an event cut in the middle', '{"type":"assistant","message":{"content":[{"type":"te', 'stdout'],
    ['the end of an event', 'done."}]},"session_id":"x"}', 'stdout'],
    ['an event whose quote was lost to redaction', '{"type":"user","a":"Authorization: Bearer ***}', 'stdout'],
    ['JSON that is no event', '{"a":1}', 'stdout'],
    ['JSON that is no object', '[{"type":"assistant"}]', 'stdout'],
  ])('%s', (_, line, kind) => {
    expect(shown(line)).toEqual([{ kind, text: line }]);
  });

  test('an empty line', () => {
    expect(shown('  ')).toEqual([]);
  });
});
