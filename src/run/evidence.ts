import type { Transcript } from '../claude/transcript.ts';
import type { Cause, FailureCode } from '../failure/table.ts';
import type { ApiFault } from './answer.ts';
import type { AbsenceRoute } from './observation.ts';
import type { EventSnapshot, JobSnapshot, NodeSnapshot, PodSnapshot, Terminated } from './snapshot.ts';
import type { Deleter, LookupState } from './transition.ts';

/** Why we stopped the run ourselves; the first reason wins and stays. */
export type Stop =
  | { why: 'cancelled'; at: number; reason: string; resultBefore: boolean }
  | { why: 'timeout'; at: number; afterSec: number }
  | { why: 'stalled'; at: number; silentSec: number }
  | { why: 'hung_after_result'; at: number; silentSec: number }
  | { why: 'handed_over'; at: number; to: string };

/** What is known of the agent container's end. `guess` marks ContainerStatusUnknown or a null finishedAt: a kubelet's guess. */
export type ContainerEnd =
  | ({ known: 'terminated'; guess: boolean; from: 'state' | 'lastState' } & Terminated)
  | { known: Exclude<LookupState, 'terminated'> | 'never_started' };

export interface LogAccount {
  lines: number;
  bytes: number;
  duplicates: number;
  attempts: number;
  /** Every line up to the container's end is proven to be here. */
  complete: boolean;
  gaps: readonly { after: string | undefined; before: string | undefined; why: string }[];
  lastLineAt: number | undefined;
}

/** How the Job went away, if it did. `before` says whether the container was known to have ended when that was first seen. */
export interface JobLoss {
  by: Deleter;
  at: number;
  route: AbsenceRoute | 'deletion-timestamp';
  containerEndedBefore: boolean;
  observations: number;
}

/** All that a verdict may rest on. Built by the core at the end of a run, recorded whole in the diagnosis. */
export interface Evidence {
  runId: string;
  jobName: string;
  namespace: string;
  model: string | undefined;
  startedAt: number;
  at: number;
  /** A phase before the pod failed: admission, Secret, Job, scheduling. The cause may be refined by the table. */
  refusal: { code: FailureCode; cause: Cause | undefined; detail: string; fault: ApiFault | undefined } | undefined;
  stop: Stop | undefined;
  transcript: Transcript;
  container: ContainerEnd;
  agentStarted: boolean;
  job: JobSnapshot | undefined;
  jobLoss: JobLoss | undefined;
  pod: PodSnapshot | undefined;
  podGone: AbsenceRoute | undefined;
  node: NodeSnapshot | undefined;
  /** The pod's node was seen NotReady before the pod was disrupted. */
  nodeSeenNotReady: boolean;
  events: readonly EventSnapshot[];
  log: LogAccount;
  /** Last fault when the API could not be read at the end. */
  apiFault: ApiFault | undefined;
  notes: readonly string[];
}
