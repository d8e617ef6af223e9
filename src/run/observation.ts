import type { Answer, ApiFault } from './answer.ts';
import type { EventSnapshot, JobSnapshot, LogLine, LogText, NodeSnapshot, PodSnapshot } from './snapshot.ts';

/** How one follow of a log came to its end. None of them says anything about the container. */
export type LogEnd = 'clean' | 'reset' | 'refused' | 'closed';

/** How an object was seen to be absent: kept, because each proves something else. */
export type AbsenceRoute =
  | 'watch-deleted'
  | 'relist-missing'
  | 'completion-poll-404'
  | 'grace-period-verify-404'
  | 'recheck-poll-404';

/** Whether the process that holds a Job is still there. */
export type HolderState = 'none' | 'alive' | 'gone' | 'released' | 'expired' | 'unknown';

/** What each request effect is answered with. */
export interface Answers {
  lock_admission: 'locked';
  list_agent_jobs: { jobs: readonly JobSnapshot[] };
  inspect_holders: Readonly<Record<string, HolderState>>;
  /** `logs`: whether the pod's output may be read at all. */
  probe_patch: { allowed: boolean; logs: boolean };
  create_job: JobSnapshot;
  read_job: JobSnapshot;
  create_secret: { name: string };
  unsuspend_job: JobSnapshot;
  withdraw_job: 'deleted';
  adopt_job: JobSnapshot;
  delete_abandoned: 'deleted';
  list_events: { events: readonly EventSnapshot[] };
  read_node: NodeSnapshot;
  read_pods: { pods: readonly PodSnapshot[] };
  renew_holder: 'renewed';
  release_holder: 'released';
  conclude_job: 'concluded';
  delete_job: 'deleted';
}

export type Answered = {
  [K in keyof Answers]: { type: 'answered'; to: K; at: number; answer: Answer<Answers[K]> };
}[keyof Answers];

/** Everything the world can tell a run. Snapshots are levels, not edges: the same one twice changes nothing. */
export type Observation =
  | Answered
  | { type: 'tick'; at: number }
  | { type: 'job_seen'; at: number; job: JobSnapshot }
  | { type: 'job_gone'; at: number; uid: string; last: JobSnapshot | undefined; route: AbsenceRoute }
  | { type: 'pod_seen'; at: number; pod: PodSnapshot }
  | { type: 'pod_gone'; at: number; uid: string; last: PodSnapshot | undefined; route: AbsenceRoute }
  /** The shared reflector fell back to polling, or cannot read at all. */
  | { type: 'watch_degraded'; at: number; kind: 'jobs' | 'pods'; fault: ApiFault }
  | { type: 'watch_recovered'; at: number; kind: 'jobs' | 'pods' }
  | { type: 'log_opened'; at: number; attempt: number }
  /** `bytes` counts what arrived, complete lines or not; `lines` may be empty. `whole`: the texts of all of them. */
  | {
      type: 'log_received';
      at: number;
      attempt: number;
      bytes: number;
      lines: readonly LogLine[];
      whole?: LogText | undefined;
    }
  /** `partial` is the unfinished last line, for a read of a container that has ended. */
  | {
      type: 'log_ended';
      at: number;
      attempt: number;
      how: LogEnd;
      partial: LogLine | undefined;
      fault: ApiFault | undefined;
    }
  | { type: 'cancel_requested'; at: number; reason: string }
  | { type: 'shutdown_requested'; at: number; reason: string };
