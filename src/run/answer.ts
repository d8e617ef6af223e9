/** What one request to the Kubernetes API came to. Faults are data: nothing in the product throws one. */
export type Answer<T> = { ok: true; value: T; serverTime: number | undefined } | { ok: false; fault: ApiFault };

/**
 * Why a request failed, by what the caller can do about it.
 * - `not_found` 404 · `conflict` 409 (also a failed JSON-patch test, 422 with reason Invalid on a `test`)
 * - `gone` 410 (compacted resourceVersion) · `forbidden` 403 · `unauthorized` 401
 * - `throttled` 429, and 503 with Retry-After · `rejected` any other 4xx (quota and admission webhooks are 403 with a telling message)
 * - `server_error` 5xx · `unreachable` no answer at all: refused, reset, DNS, TLS, timeout
 */
export type FaultKind =
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'forbidden'
  | 'unauthorized'
  | 'throttled'
  | 'rejected'
  | 'server_error'
  | 'unreachable';

export interface ApiFault {
  kind: FaultKind;
  /** Verb and resource as a person says it: `create jobs`, `get pods/log`. */
  call: string;
  status: number | undefined;
  /** `reason` of the Status object, e.g. `AlreadyExists`. */
  reason: string | undefined;
  message: string;
  retryAfterMs: number | undefined;
}

/** Faults that say nothing about the object asked for: ask again. No transient error ever ends a run. */
export function isTransient(fault: ApiFault): boolean {
  return fault.kind === 'throttled' || fault.kind === 'server_error' || fault.kind === 'unreachable';
}
