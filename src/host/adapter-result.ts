import type { ErrorFamily } from '../failure/table.ts';

/** Token counts as the host stores them; what was written to the cache was paid as input. */
export interface HostUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
}

export type BillingType = 'api' | 'subscription' | 'metered_api' | 'unknown';

/** Proof that nothing was done, which lets the host start the run again by itself. */
export interface Bootstrap {
  kind: 'bootstrap';
  providerWorkStarted: false;
}

/** What `execute` answers; the field names are the host's. */
export interface AdapterResult {
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  errorCode?: string;
  errorMessage?: string;
  errorFamily?: ErrorFamily;
  /** ISO 8601. */
  retryNotBefore?: string;
  executionRecovery?: Bootstrap;
  usage?: HostUsage;
  usageBasis: 'per_run';
  costUsd?: number;
  provider: string;
  biller: string;
  billingType: BillingType;
  model?: string;
  summary?: string;
  /** The real session of Claude: a follow-up run may get nothing back but this. */
  sessionId: string | null;
  sessionParams: { sessionId: string } | null;
  sessionDisplayId: string | null;
  clearSession?: true;
  resultJson: Record<string, unknown>;
}
