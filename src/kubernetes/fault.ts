import type { ApiFault, FaultKind } from '../run/answer.ts';
import { isJson, list, text } from './json.ts';

/** What a response that is no success says. `body` is the parsed Status, or whatever a proxy in between wrote. */
export function faultOfResponse(
  call: string,
  status: number,
  retryAfter: string | undefined,
  body: unknown,
  now: number,
): ApiFault {
  const retryAfterMs = readRetryAfter(retryAfter, now);
  const reason = text(body, 'reason');
  const message = text(body, 'message') ?? (typeof body === 'string' ? body.trim().slice(0, 300) : '');
  return {
    kind: kindOf(call, status, reason, retryAfterMs !== undefined, body),
    call,
    status,
    reason,
    message: message === '' ? `HTTP ${status}` : message,
    retryAfterMs,
  };
}

function kindOf(
  call: string,
  status: number,
  reason: string | undefined,
  retryAfter: boolean,
  body: unknown,
): FaultKind {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 409:
      return 'conflict';
    case 410:
      return 'gone';
    case 429:
      return 'throttled';
  }
  if (status === 503 && retryAfter) return 'throttled';
  if (status >= 500) return 'server_error';
  return isFailedTest(call, status, reason, body) ? 'conflict' : 'rejected';
}

/** The API server answers a JSON patch whose `test` fails with a bare 422, without a word on the field. */
function isFailedTest(call: string, status: number, reason: string | undefined, body: unknown): boolean {
  return (
    status === 422 && reason === 'Invalid' && call.startsWith('patch ') && list(body, 'details', 'causes').length === 0
  );
}

/** No answer: the connection was refused, reset or timed out, the name or the certificate was wrong. */
export function faultOfThrow(call: string, error: unknown): ApiFault {
  return {
    kind: 'unreachable',
    call,
    status: undefined,
    reason: codeOf(error),
    message: messageOf(error),
    retryAfterMs: undefined,
  };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer within the time limit';
  // Node joins the failures of all addresses of a host and leaves the message of their sum empty.
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const own = error.message === 'fetch failed' || error.message === '' ? undefined : error.message;
  return own ?? (inner === undefined ? error.name : messageOf(inner));
}

function codeOf(error: unknown): string | undefined {
  return isJson(error) || error instanceof Error ? text({ ...error }, 'code') : undefined;
}

/** Seconds or an HTTP date. */
function readRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
