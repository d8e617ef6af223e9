import type { V1Job, V1Secret } from '@kubernetes/client-node';
import type { Answer, ApiFault } from '../run/answer.ts';
import type { EventSnapshot, JobSnapshot, NodeSnapshot, PodSnapshot } from '../run/snapshot.ts';

/** One JSON-patch operation (RFC 6902). A failed `test` comes back as fault kind `conflict`. */
export interface PatchOperation {
  op: 'add' | 'replace' | 'remove' | 'test';
  path: string;
  value?: unknown;
}

/** The port: every call the product makes to a Kubernetes API. No method throws; each answers with data or a fault. */
export interface Cluster {
  /** `https://host:port`, for messages. */
  readonly server: string;
  version(): Promise<Answer<{ major: number; minor: number; gitVersion: string }>>;
  canI(verb: string, resource: string, namespace: string, group?: string): Promise<Answer<boolean>>;
  listJobs(
    namespace: string,
    selector: string,
    exactVersion?: string,
  ): Promise<Answer<{ jobs: JobSnapshot[]; resourceVersion: string }>>;
  readJob(namespace: string, name: string): Promise<Answer<JobSnapshot>>;
  createJob(namespace: string, job: V1Job): Promise<Answer<JobSnapshot>>;
  /** A dry run of `createJob`: nothing is made. @returns what the API warns of, where it would take the Job */
  tryJob(namespace: string, job: V1Job): Promise<Answer<readonly string[]>>;
  patchJob(namespace: string, name: string, patch: readonly PatchOperation[]): Promise<Answer<JobSnapshot>>;
  deleteJob(
    namespace: string,
    name: string,
    preconditions: { uid: string; resourceVersion?: string },
  ): Promise<Answer<'deleted'>>;
  createSecret(namespace: string, secret: V1Secret): Promise<Answer<{ name: string; uid: string }>>;
  listPods(namespace: string, selector: string): Promise<Answer<{ pods: PodSnapshot[]; resourceVersion: string }>>;
  /** Raw pod JSON: only self-pod inheritance and the host's checks need more than a snapshot. */
  readPodRaw(namespace: string, name: string): Promise<Answer<import('@kubernetes/client-node').V1Pod>>;
  readClaimRaw(
    namespace: string,
    name: string,
  ): Promise<Answer<import('@kubernetes/client-node').V1PersistentVolumeClaim>>;
  /** Whether there is such a namespace. */
  readNamespace(name: string): Promise<Answer<'there'>>;
  listQuotasRaw(namespace: string): Promise<Answer<import('@kubernetes/client-node').V1ResourceQuota[]>>;
  listEvents(namespace: string, fieldSelector: string): Promise<Answer<EventSnapshot[]>>;
  readNode(name: string): Promise<Answer<NodeSnapshot>>;
  /** One log request, followed or not. Yields what arrives until the stream ends; see LogFeed. */
  openLog(ask: LogAsk, feed: LogFeed): LogHandle;
  /** The shared reflector of this namespace and kind: created at the first subscriber, ended after the last. */
  watchJobs(namespace: string, subscriber: Subscriber<JobSnapshot>): Unsubscribe;
  watchPods(namespace: string, subscriber: Subscriber<PodSnapshot>): Unsubscribe;
  /** Ends every stream and socket. */
  close(): Promise<void>;
}

export interface LogAsk {
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  /** RFC 3339, whole seconds. */
  since: string | undefined;
}

/** Callbacks of one log request, called in order; `ended` exactly once and last. `received` may return a promise: reading waits for it. */
export interface LogFeed {
  opened(): void;
  received(
    bytes: number,
    lines: readonly import('../run/snapshot.ts').LogLine[],
    /** The texts of all `lines`. */
    whole?: import('../run/snapshot.ts').LogText,
  ): void | Promise<void>;
  ended(
    how: import('../run/observation.ts').LogEnd,
    partial: import('../run/snapshot.ts').LogLine | undefined,
    fault: ApiFault | undefined,
  ): void;
}

export interface LogHandle {
  /** Ends the request; `ended('closed')` follows at once if it has not ended. */
  close(): void;
}

/** What a reflector tells each subscriber. A new subscriber is first told of every object it matches that is already known. */
export interface Subscriber<T> {
  /** Only objects for which this is true. */
  matches(object: T): boolean;
  seen(object: T): void;
  gone(uid: string, last: T | undefined, route: 'watch-deleted' | 'relist-missing'): void;
  degraded(fault: ApiFault): void;
  recovered(): void;
}
export type Unsubscribe = () => void;
