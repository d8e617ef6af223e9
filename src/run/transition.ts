import type { AbsenceRoute, LogEnd } from './observation.ts';
import type { Outcome } from './outcome.ts';

export type PhaseName =
  | 'admit'
  | 'stage'
  | 'create'
  | 'schedule'
  | 'stream'
  | 'grace'
  | 'verify'
  | 'pod_lookup'
  | 'conclude'
  | 'cleanup'
  | 'cancel'
  | 'ended';

export type ReconnectReason = 'ended' | 'reset' | 'refused' | 'idle' | 'gap_check' | 'fragment';
export type AttemptEnd = LogEnd | 'idle';
export type LookupState = 'terminated' | 'lagging' | 'running' | 'gone' | 'unreachable';
/** Who removed a Job, as far as evidence goes. */
export type Deleter = 'self' | 'ttl' | 'owner_cascade' | 'other_client' | 'unknown';

/** What telemetry, the host's events and the CLI's status line ever see of a run: facts with their time, in order. */
export type Transition =
  | { type: 'run_started'; at: number; runId: string; agentId: string; namespace: string; jobName: string }
  | { type: 'phase_entered'; at: number; phase: PhaseName; why: string }
  /** `error` is set when the phase failed and nothing recovered it. */
  | { type: 'phase_left'; at: number; phase: PhaseName; why: string; error: string | undefined }
  | { type: 'job_created'; at: number; job: string; uid: string; suspended: boolean }
  | {
      type: 'job_adopted';
      at: number;
      job: string;
      uid: string;
      fromRunId: string | undefined;
      linkTo: string | undefined;
    }
  | { type: 'job_withdrawn'; at: number; job: string; why: string }
  /** `fault` is the `FaultKind`, one word: it becomes a metric label. */
  | { type: 'request_retried'; at: number; call: string; fault: string; tries: number }
  | { type: 'waiting'; at: number; reason: string; message: string | undefined }
  | { type: 'queued'; at: number; queue: string | undefined }
  | { type: 'pod_seen'; at: number; pod: string; uid: string; node: string | undefined }
  | { type: 'container_started'; at: number; pod: string; startedAt: number | undefined }
  | {
      type: 'container_ended';
      at: number;
      pod: string;
      exitCode: number;
      reason: string | undefined;
      finishedAt: number | undefined;
    }
  | { type: 'attempt_started'; at: number; attempt: number; follow: boolean; since: string | undefined }
  | {
      type: 'attempt_ended';
      at: number;
      attempt: number;
      how: AttemptEnd;
      lines: number;
      bytes: number;
      duplicates: number;
      error: string | undefined;
    }
  | { type: 'reconnect_started'; at: number; reason: ReconnectReason; delayMs: number }
  | { type: 'reconnect_ended'; at: number }
  | { type: 'output'; at: number; lines: number; bytes: number }
  | { type: 'gap'; at: number; after: string | undefined; before: string | undefined; why: string }
  | { type: 'silence'; at: number; seconds: number }
  | { type: 'verified'; at: number; answer: 'present' | 'gone' | 'unverifiable'; route: AbsenceRoute }
  | { type: 'lookup'; at: number; attempt: number; state: LookupState }
  | { type: 'condition_lag'; at: number; seconds: number }
  | { type: 'api_unreachable'; at: number; seconds: number; fault: string }
  | { type: 'watch_degraded'; at: number; kind: 'jobs' | 'pods'; fault: string }
  | { type: 'grace_ended'; at: number; how: 'life' | 'expired' | 'terminated' }
  | { type: 'job_deleted'; at: number; by: Deleter; route: AbsenceRoute | 'deletion-timestamp' | 'own-delete' }
  | { type: 'cleanup_failed'; at: number; call: string; fault: string }
  | { type: 'note'; at: number; text: string }
  | { type: 'run_ended'; at: number; outcome: Outcome };
