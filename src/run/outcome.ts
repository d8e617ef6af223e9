import type { ClaudeResult } from '../claude/transcript.ts';
import type { Cause, FailureCode } from '../failure/table.ts';
import type { Evidence } from './evidence.ts';

export interface Verdict {
  /** null means success. */
  code: FailureCode | null;
  cause: Cause | null;
  /** Claude's own exit code; null when no process is known to have ended. */
  exitCode: number | null;
  /** SIGKILL, SIGTERM, ... when the exit code names one. */
  signal: string | null;
  /** What happened; why, with evidence; what to do. One line, at most 2 KiB. Empty on a plain success. */
  message: string;
  /** Remarks on a success (or beside a failure): a child's OOM kill, a Job deleted after the result, a gap. */
  notes: readonly string[];
  /** Causes considered and refuted, each with the observation that refutes it. */
  ruledOut: readonly { cause: Cause; because: string }[];
  /** Contradictions in the evidence, kept and named. */
  contradictions: readonly string[];
}

export interface Outcome {
  verdict: Verdict;
  result: ClaudeResult | undefined;
  evidence: Evidence;
  /** Where a later attach would go on: RFC 3339 stamp and lines, opaque to callers. */
  cursor: string | undefined;
  /** What became of the Job. */
  job: 'none' | 'deleted' | 'retained' | 'left_running' | 'not_ours' | 'cleanup_failed';
  /** Adopted from another run whose prompt differs from ours. */
  promptDelivered: boolean;
}
