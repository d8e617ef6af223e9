import type { ApiRequest } from './api-request.ts';
import { ContainerLog, type LogOptions } from './container-log.ts';
import { type ContainerStatus, isPod, type PodObject } from './object.ts';
import { badRequest } from './status.ts';
import type { Store } from './store.ts';

/** The logs of all containers, by pod and name. */
export class ContainerLogs {
  private logs = new Map<string, ContainerLog>();
  private readonly now: () => number;
  private lastStamp = { ms: 0, count: 0 };

  constructor(store: Store, now: () => number) {
    this.now = now;
    store.subscribe(({ type, object }) => {
      if (type === 'DELETED' && isPod(object)) this.drop(object);
    });
  }

  /** Made on first use. */
  of(pod: PodObject, container: string): ContainerLog {
    const key = `${pod.metadata.uid}/${container}`;
    const known = this.logs.get(key) ?? new ContainerLog(() => this.stamp());
    this.logs.set(key, known);
    return known;
  }

  private drop(pod: PodObject): void {
    for (const { name } of containersOf(pod)) {
      this.of(pod, name).finish();
      this.logs.delete(`${pod.metadata.uid}/${name}`);
    }
  }

  /** To the nanosecond and never twice the same: lines said within one ms are counted in the last digits. */
  private stamp(): string {
    const ms = this.now();
    const count = ms === this.lastStamp.ms ? this.lastStamp.count + 1 : 0;
    this.lastStamp = { ms, count };
    return `${new Date(ms).toISOString().slice(0, -1)}${String(count % 1_000_000).padStart(6, '0')}Z`;
  }
}

export function logOptions({ query }: ApiRequest): LogOptions {
  const since = query.get('sinceTime');
  const sinceMs = since === null ? Number.NaN : Date.parse(since);
  if (since !== null && Number.isNaN(sinceMs))
    throw badRequest(`parsing time "${since}" as "2006-01-02T15:04:05Z07:00"`);
  return {
    follow: query.get('follow') === 'true',
    timestamps: query.get('timestamps') === 'true',
    // The API server cuts the fraction off.
    since: since === null ? undefined : Math.floor(sinceMs / 1000) * 1000,
  };
}

/**
 * The container whose log is asked for.
 * @returns undefined for a pod without a node: the real API answers with nothing then
 * @throws Refusal 400 when the container is not one of the pod's or has not started
 */
export function loggedContainer(pod: PodObject, asked: string | undefined): string | undefined {
  const { name: podName } = pod.metadata;
  const names = containersOf(pod).map(({ name }) => name);
  const [only, ...others] = pod.spec.containers;
  const name = asked ?? (others.length === 0 ? only?.name : undefined);
  if (name === undefined) {
    throw badRequest(`a container name must be specified for pod ${podName}, choose one of: [${names.join(' ')}]`);
  }
  if (!names.includes(name)) throw badRequest(`container ${name} is not valid for pod ${podName}`);
  if (pod.spec.nodeName === undefined) return undefined;
  const status = statusOf(pod, name);
  if (status?.state.running === undefined && status?.state.terminated === undefined) {
    const why = waitingWords(status?.state.waiting?.reason ?? 'ContainerCreating');
    throw badRequest(`container "${name}" in pod "${podName}" is waiting to start: ${why}`);
  }
  return name;
}

export function isTerminated(pod: PodObject, container: string): boolean {
  return statusOf(pod, container)?.state.terminated !== undefined;
}

function waitingWords(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

function statusOf(pod: PodObject, container: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  return [...initContainerStatuses, ...containerStatuses].find(({ name }) => name === container);
}

function containersOf({ spec }: PodObject): { name: string }[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}
