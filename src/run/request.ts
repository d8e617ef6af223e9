import type { Holder } from './snapshot.ts';

/** Everything the core needs to know of one agent run. Parsed once at the edge, never changed. */
export interface RunRequest {
  runId: string;
  /** As the host gave it; `agentLabel` is its label form, undefined when none can be made. */
  agentId: string;
  agentLabel: string | undefined;
  taskId: string | undefined;
  /** Claude's session to resume. */
  sessionId: string | undefined;
  namespace: string;
  jobName: string;
  /** sha256 of the prompt, hex. */
  promptHash: string;
  /** The prompt, the instructions or the run's tokens travel in a Secret owned by the Job. */
  needsSecret: boolean;
  holder: Holder;
  start: { as: 'new' } | { as: 'attach'; job: string; cursor: string | undefined };
  limits: RunLimits;
  reattachOrphanedJobs: boolean;
  continueAfterAdoption: boolean;
  retainJobs: boolean;
  /** Model asked for, for messages. */
  model: string | undefined;
  traceparent: string | undefined;
  adapterVersion: string;
}

/** Seconds, as in the configuration; 0 means none where the key's documentation says so. */
export interface RunLimits {
  timeoutSec: number;
  graceSec: number;
  scheduleTimeoutSec: number;
  logGraceSec: number;
  exitAfterResultSec: number;
  stallTimeoutSec: number;
  ttlSecondsAfterFinished: number;
}
