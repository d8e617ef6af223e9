import { type Address, podAt } from './address.ts';
import type { LogEntry } from './container-log.ts';
import {
  type Condition,
  type ContainerState,
  type ContainerStatus,
  isJob,
  isPod,
  type JobObject,
  type PodObject,
  wholeSeconds,
} from './object.ts';
import type { Loopback } from './server.ts';

export interface Exit {
  reason?: string;
  signal?: number;
  message?: string;
  /** What the pod's phase becomes; by default it follows from the exit code. */
  phase?: 'Running' | 'Succeeded' | 'Failed';
}

/** The life of one pod of a Job as scheduler, kubelet and Job controller write it, one step per call. */
export class PodPlay {
  readonly jobName: string;
  readonly namespace: string;
  readonly podName: string;
  private readonly loopback: Loopback;
  /** The container that is played; the others are shown alike, without output. */
  private readonly container: string;

  constructor(loopback: Loopback, pod: PodObject, jobName: string, container: string) {
    this.loopback = loopback;
    this.podName = pod.metadata.name;
    this.namespace = pod.metadata.namespace ?? '';
    this.jobName = jobName;
    this.container = container;
  }

  get pod(): PodObject | undefined {
    const pod = this.loopback.store.find(this.at);
    return isPod(pod) ? pod : undefined;
  }

  /** The scheduler finds a node; the kubelet begins to create the containers. */
  scheduled(node = 'node-1'): this {
    return this.write((pod) => {
      pod.spec.nodeName = node;
      pod.status.startTime = this.time();
      this.condition(pod, { type: 'PodScheduled', status: 'True' });
      this.states(pod, { waiting: { reason: 'ContainerCreating' } });
    });
  }

  unschedulable(message: string): this {
    return this.write((pod) =>
      this.condition(pod, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }),
    );
  }

  waiting(reason: string, message?: string): this {
    return this.write((pod) =>
      this.states(pod, { waiting: { reason, ...(message === undefined ? {} : { message }) } }),
    );
  }

  running(): this {
    return this.write((pod) => {
      pod.status.phase = 'Running';
      this.states(pod, { running: { startedAt: this.time() } });
    });
  }

  /** Whole lines of output, in one chunk on the wire. */
  say(...lines: readonly (string | LogEntry)[]): this {
    const { pod } = this;
    if (pod !== undefined) this.loopback.logs.of(pod, this.container).push(...lines);
    return this;
  }

  /** The process ends: its log is complete, and its exit is reported. */
  exited(exitCode: number, { phase, ...more }: Exit = {}): this {
    const { pod } = this;
    if (pod === undefined) return this;
    this.loopback.logs.of(pod, this.container).finish();
    return this.write((draft) => {
      const startedAt = statusOf(draft, this.container)?.state.running?.startedAt ?? this.time();
      const finishedAt = this.time();
      draft.status.phase = phase ?? (exitCode === 0 ? 'Succeeded' : 'Failed');
      const reason = more.reason ?? (exitCode === 0 ? 'Completed' : 'Error');
      const containerID = `containerd://${draft.metadata.uid}`;
      this.states(draft, { terminated: { exitCode, ...more, reason, startedAt, finishedAt, containerID } });
    });
  }

  /** The output stops and nothing is reported: what a lost node looks like. */
  logEnds(): this {
    const { pod } = this;
    if (pod !== undefined) this.loopback.logs.of(pod, this.container).finish();
    return this;
  }

  /** The pod's own status reason, e.g. `Evicted`. */
  failed(reason: string, message: string): this {
    return this.write(({ status }) => Object.assign(status, { phase: 'Failed', reason, message }));
  }

  disrupted(reason: string, message: string): this {
    return this.write((pod) => this.condition(pod, { type: 'DisruptionTarget', status: 'True', reason, message }));
  }

  removed(): this {
    if (this.pod !== undefined) this.loopback.store.remove(this.at);
    return this;
  }

  /** The Job controller's word: the interim condition, then the final one, as two writes. */
  concluded(how: 'Complete' | 'Failed', reason?: string, message?: string): this {
    const why = { ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) };
    this.writeJob((job) => {
      this.condition(job, { type: how === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet', status: 'True', ...why });
    });
    this.writeJob((job) => {
      this.condition(job, { type: how, status: 'True', ...why });
      Object.assign(job.status, { active: 0, ready: 0, [how === 'Failed' ? 'failed' : 'succeeded']: 1 });
      if (how === 'Complete') job.status.completionTime = this.time();
    });
    return this;
  }

  private get at(): Address {
    return podAt(this.namespace, this.podName);
  }

  private write(change: (pod: PodObject) => void): this {
    if (this.pod !== undefined) this.loopback.store.update(this.at, (draft) => isPod(draft) && change(draft));
    return this;
  }

  private writeJob(change: (job: JobObject) => void): void {
    const at = { resource: 'jobs', namespace: this.namespace, name: this.jobName } as const;
    if (this.loopback.store.find(at) === undefined) return;
    this.loopback.store.update(at, (draft) => isJob(draft) && change(draft));
  }

  private condition(object: PodObject | JobObject, condition: Condition): void {
    const others = (object.status.conditions ?? []).filter(({ type }) => type !== condition.type);
    object.status.conditions = [...others, { ...condition, lastTransitionTime: this.time() }];
  }

  private states(pod: PodObject, state: ContainerState): void {
    const started = state.waiting === undefined;
    const done = { terminated: { exitCode: 0, reason: 'Completed', finishedAt: this.time() } };
    pod.status.initContainerStatuses = (pod.spec.initContainers ?? []).map(({ name, image = '' }) =>
      shown(name, image, started ? done : state),
    );
    pod.status.containerStatuses = pod.spec.containers.map(({ name, image = '' }) => shown(name, image, state));
  }

  private time(): string {
    return wholeSeconds(this.loopback.now());
  }
}

function shown(name: string, image: string, state: ContainerState): ContainerStatus {
  const running = state.running !== undefined;
  return { name, state, lastState: {}, ready: running, started: running, restartCount: 0, image, imageID: '' };
}

function statusOf(pod: PodObject, name: string): ContainerStatus | undefined {
  return pod.status.containerStatuses?.find((status) => status.name === name);
}
