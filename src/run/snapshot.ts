/** The parts of Kubernetes objects that decisions rest on, parsed once at the edge (kubernetes/observe.ts). Times are ms since the epoch. */

/** The process that answers for a Job. */
export interface Holder {
  host: string;
  /** Name of the pod the process runs in, if any. */
  pod: string | undefined;
  /** Namespace of that pod. */
  podNamespace: string | undefined;
  /** Random, new for each process. */
  bootId: string;
  pid: number;
}

/** What our own annotations on a Job say. All absent on a predecessor's Job. */
export interface JobMarks {
  holder: Holder | undefined;
  renewedAt: number | undefined;
  releasedAt: number | undefined;
  /** Set by the patch that unsuspended it: from then on a suspension is somebody else's (a queue). */
  admittedAt: number | undefined;
  concluded: { runId: string; verdict: string; at: number } | undefined;
  deletion: { actor: string; reason: string; runId: string; at: number } | undefined;
  promptHash: string | undefined;
  traceparent: string | undefined;
  adapterVersion: string | undefined;
  /** Raw task and session ids (labels hold the sanitised form). */
  taskId: string | undefined;
  sessionId: string | undefined;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string | undefined;
  message: string | undefined;
  at: number | undefined;
}

export interface JobSnapshot {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  createdAt: number;
  /** `metadata.deletionTimestamp`. */
  deletionAt: number | undefined;
  labels: Readonly<Record<string, string>>;
  /** It has annotations at all: a JSON patch can't add to a map that is not there. */
  annotated: boolean;
  marks: JobMarks;
  suspended: boolean;
  /** Label `kueue.x-k8s.io/queue-name`. */
  queue: string | undefined;
  /** `status.startTime`; unset while it has never been unsuspended. */
  startedAt: number | undefined;
  completedAt: number | undefined;
  ttlSecondsAfterFinished: number | undefined;
  activeDeadlineSeconds: number | undefined;
  owners: readonly { kind: string; name: string; uid: string }[];
  conditions: readonly Condition[];
}

export interface Terminated {
  exitCode: number;
  signal: number | undefined;
  reason: string | undefined;
  message: string | undefined;
  startedAt: number | undefined;
  finishedAt: number | undefined;
  containerId: string | undefined;
}

export type ContainerState =
  | { is: 'waiting'; reason: string | undefined; message: string | undefined }
  | { is: 'running'; startedAt: number | undefined }
  | ({ is: 'terminated' } & Terminated)
  | { is: 'unknown' };

export interface ContainerSnapshot {
  name: string;
  state: ContainerState;
  /** `lastState.terminated`: the end that `state` no longer shows. */
  last: Terminated | undefined;
  image: string;
  restartCount: number;
}

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';

export interface PodSnapshot {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  jobUid: string | undefined;
  createdAt: number;
  /** `metadata.deletionTimestamp`: the moment it should be gone, its grace period included. */
  deletionAt: number | undefined;
  deletionGraceSeconds: number | undefined;
  nodeName: string | undefined;
  phase: PodPhase;
  reason: string | undefined;
  message: string | undefined;
  conditions: readonly Condition[];
  /** Status of the container named `claude`; sidecars never count. */
  agent: ContainerSnapshot | undefined;
  inits: readonly ContainerSnapshot[];
}

export interface EventSnapshot {
  uid: string;
  /** e.g. `FailedScheduling`, `FailedCreate`, `FailedMount`, `NodeNotReady`. */
  reason: string;
  message: string;
  type: 'Normal' | 'Warning';
  about: { kind: string; name: string; uid: string | undefined };
  source: string | undefined;
  count: number;
  lastAt: number | undefined;
}

export interface NodeSnapshot {
  name: string;
  ready: 'True' | 'False' | 'Unknown';
  readySince: number | undefined;
  taints: readonly string[];
}

/** Lines in one piece, each with its newline: what is only passed on need not be put together again. */
export interface LogText {
  text: string;
  /** As they were written, in UTF-8. */
  bytes: number;
}

/** One line of a container's log as the API gave it. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as printed by the API; undefined on a fragment whose start the server skipped. */
  stamp: string | undefined;
  text: string;
}
