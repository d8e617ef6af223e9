import type { ClaudeResult, Transcript } from '../claude/transcript.ts';
import type { FailureCode } from './table.ts';

/** Code for an error that Claude itself reports in its result; the first check that holds names it. */
export function codeOfClaudeError(result: ClaudeResult, transcript: Transcript): FailureCode {
  // Only an API failure puts its words into the text; elsewhere the text may be the agent's own prose.
  const said = [...(result.subtype === 'success' ? [result.text] : []), ...result.errors].join('\n');
  return checks.find(({ holds }) => holds(result, said, transcript))?.code ?? 'claude_exit_error';
}

interface Check {
  code: FailureCode;
  holds(result: ClaudeResult, said: string, transcript: Transcript): boolean;
}

const checks: readonly Check[] = [
  { code: 'session_unavailable', holds: (_, said) => said.includes('No conversation found with session ID') },
  { code: 'max_turns_exhausted', holds: (result) => result.subtype === 'error_max_turns' },
  { code: 'claude_quota_exhausted', holds: isQuota }, // before the status: credit is a 400, a usage limit a 429
  { code: 'claude_auth_required', holds: (result, said) => isAuth(result.apiErrorStatus, said) },
  { code: 'claude_model_unavailable', holds: (result) => result.apiErrorStatus === 404 },
  { code: 'claude_rate_limited', holds: (result) => result.apiErrorStatus === 429 },
  { code: 'claude_overloaded', holds: (result, said) => isOverloaded(result.apiErrorStatus, said) },
  { code: 'llm_api_error', holds: (result, said) => isApiError(result, said) }, // what the API did and nothing above names
];

const quotaWords =
  /credit balance is too low|(usage|session|weekly|5-hour|opus|sonnet) limit reached|hit your ([\w-]+ )?limit|out of (extra )?(usage|credits)|usage limit/i;

function isQuota(result: ClaudeResult, said: string, transcript: Transcript): boolean {
  const status = result.apiErrorStatus;
  if (status === 401 || status === 404 || (status !== undefined && status >= 500)) return false;
  return quotaWords.test(said) || (status === 429 && transcript.rateLimit?.status === 'rejected');
}

function isAuth(status: number | undefined, said: string): boolean {
  if (status !== undefined) return status === 401 || status === 403;
  return /invalid api key|please run \/login|oauth token (has expired|revoked)/i.test(said);
}

function isOverloaded(status: number | undefined, said: string): boolean {
  return status === 529 || (status === undefined && /overloaded_error|API Error: 529/.test(said));
}

/** `subtype` is "success" on every API failure: only the flag and the status tell. */
function isApiError(result: ClaudeResult, said: string): boolean {
  return (
    result.apiErrorStatus !== undefined ||
    result.terminalReason === 'api_error' ||
    (result.subtype === 'success' && result.isError) ||
    said.startsWith('API Error')
  );
}
