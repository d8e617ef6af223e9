import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { emptyTranscript, readLine, type Transcript } from '../../src/claude/transcript.ts';
import type { FailureCode } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import { cutOff, ended } from './build.ts';

/** Every recorded run of Claude Code, and the code it ends with. */
const verdicts: Record<string, FailureCode | null> = {
  'success-tools': null,
  'success-many-turns': null,
  'background-subagent': null,
  'max-turns': 'max_turns_exhausted',
  'unknown-session': 'session_unavailable',
  'auth-401': 'claude_auth_required',
  'model-404': 'claude_model_unavailable',
  'overloaded-529': 'claude_overloaded',
  'rate-limit-429': 'claude_rate_limited',
  'credit-400': 'claude_quota_exhausted',
  'empty-response': 'llm_api_error',
  'stream-cut': 'llm_api_error',
  'bad-flag': 'claude_exit_error',
  'sigterm-mid-tool': 'claude_truncated',
  'sigkill-mid-tool': 'claude_truncated',
  'sigint-mid-tool': 'claude_exit_error',
};

const folder = new URL('../../fixtures/claude/', import.meta.url);
const recordings = readFileSync(new URL('index.ndjson', folder), 'utf8')
  .trim()
  .split('\n')
  .map((line): { name: string; exitCode: number; lines: number } => JSON.parse(line));

describe('recorded runs of Claude Code', () => {
  test.for(recordings)('$name', ({ name, exitCode, lines }) => {
    const transcript = lines === 0 ? emptyTranscript : read(name);
    const verdict = judge(cutOff(ended(exitCode), { transcript }));
    expect([verdict.code, verdict.exitCode]).toEqual([verdicts[name], exitCode]);
    expect(verdict.message).not.toContain('{"type"');
  });

  test('all of them have a verdict here', () => {
    expect(recordings.map((one) => one.name).sort()).toEqual(Object.keys(verdicts).sort());
  });
});

/** Only what a verdict rests on: the main turn's content and its last result. */
function read(name: string): Transcript {
  let transcript = emptyTranscript;
  for (const line of readFileSync(new URL(`${name}.ndjson`, folder), 'utf8')
    .trim()
    .split('\n')) {
    transcript = readLine(transcript, line);
  }
  return transcript;
}
