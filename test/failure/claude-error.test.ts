import { describe, expect, test } from 'vitest';
import type { ClaudeResult, Transcript } from '../../src/claude/transcript.ts';
import { codeOfClaudeError } from '../../src/failure/claude-error.ts';
import type { FailureCode } from '../../src/failure/table.ts';
import { finished, result } from './build.ts';

type Row = [Partial<ClaudeResult>, FailureCode, Partial<Transcript>?];

/** What the recordings do not hold. Each is an error result; the text is what Claude prints. */
const rows: Record<string, Row> = {
  '403 is a matter of credentials': [{ apiErrorStatus: 403 }, 'claude_auth_required'],
  'a login that ran out, without a status': [
    { text: 'OAuth token has expired · Please run /login' },
    'claude_auth_required',
  ],
  'a 404 that speaks of limits': [{ apiErrorStatus: 404, text: 'usage limit' }, 'claude_model_unavailable'],
  'a usage limit with its 429': [
    { apiErrorStatus: 429, text: "You've hit your session limit · resets 3pm" },
    'claude_quota_exhausted',
  ],
  'a usage limit without a status': [{ text: 'Claude AI usage limit reached|1766000000' }, 'claude_quota_exhausted'],
  'a 429 after the rate limit event said rejected': [
    { apiErrorStatus: 429, text: 'API Error' },
    'claude_quota_exhausted',
    { rateLimit: { resetsAt: 1_766_000_000, type: 'five_hour', status: 'rejected' } },
  ],
  'a 5xx': [{ apiErrorStatus: 502, text: 'API Error: 502 usage limit service down' }, 'llm_api_error'],
  'an unknown 400': [{ apiErrorStatus: 400, text: 'prompt is too long' }, 'llm_api_error'],
  "the agent's own prose proves nothing": [
    { subtype: 'error_during_execution', text: 'credit balance is too low, I wrote' },
    'claude_exit_error',
  ],
  'a budget': [{ subtype: 'error_max_budget_usd', text: '', terminalReason: 'budget' }, 'claude_exit_error'],
};

describe('codeOfClaudeError', () => {
  test.for(Object.entries(rows))('%s', ([, [over, expected, transcript]]) => {
    const given = result({ isError: true, terminalReason: undefined, ...over });
    expect(codeOfClaudeError(given, finished({ result: given, ...transcript }))).toBe(expected);
  });
});
