import type { Clock } from '../engine/clock.ts';
import { jobAt } from './address.ts';
import { isJob, isPod, type JobObject, type PodObject, wholeSeconds } from './object.ts';
import { PodPlay } from './pod-play.ts';
import type { Loopback } from './server.ts';

export interface JobControllerOptions {
  /** The container whose output and exit are played. */
  container: string;
  /** Called for each new pod, Pending and without a node: play it from there, now or later. */
  started?(play: PodPlay): void;
  /** Called when a pod is to end within its grace period; without it the process obeys SIGTERM at once. */
  stopping?(play: PodPlay): void;
  /** Whether the Job is concluded as soon as its pod has ended; true unless given. */
  concludes?: boolean;
}

/** Gives every Job that is not suspended its pod, and ends what is deleted. Nothing happens by itself but in answer to a write. */
export class JobController {
  readonly plays: PodPlay[] = [];
  private readonly loopback: Loopback;
  private readonly options: JobControllerOptions;
  private readonly byPod = new Map<string, PodPlay>();
  private readonly begun = new Set<string>();
  private readonly unsubscribe: () => void;

  constructor(loopback: Loopback, options: JobControllerOptions) {
    this.loopback = loopback;
    this.options = options;
    this.unsubscribe = loopback.store.subscribe(({ type, object, before }) => {
      if (isJob(object) && type !== 'DELETED') this.sync(object);
      if (isPod(object) && type === 'MODIFIED') this.podChanged(object, isPod(before) ? before : undefined);
    });
  }

  stop(): void {
    this.unsubscribe();
  }

  private sync({ metadata, spec }: JobObject): void {
    if (spec.suspend === true || metadata.deletionTimestamp !== undefined) return;
    if (this.begun.has(metadata.uid)) return;
    this.begun.add(metadata.uid);
    const at = jobAt(metadata.namespace ?? '', metadata.name);
    this.loopback.store.update(at, ({ status }) => {
      Object.assign(status ?? {}, { startTime: wholeSeconds(this.loopback.now()), active: 1, ready: 0 });
    });
    const job = this.loopback.store.read(at);
    if (isJob(job)) this.createPod(job);
  }

  private createPod(job: JobObject): void {
    const { name, uid, namespace } = job.metadata;
    const { metadata = {}, spec } = job.spec.template;
    const pod = this.loopback.store.create(
      { resource: 'pods', namespace },
      {
        metadata: {
          generateName: `${name}-`,
          labels: {
            ...metadata.labels,
            'batch.kubernetes.io/controller-uid': uid,
            'batch.kubernetes.io/job-name': name,
            'controller-uid': uid,
            'job-name': name,
          },
          ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
          ownerReferences: [
            { apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true },
          ],
        },
        spec,
        status: { phase: 'Pending' },
      },
    );
    if (!isPod(pod)) return;
    const play = new PodPlay(this.loopback, pod, name, this.options.container);
    this.plays.push(play);
    this.byPod.set(pod.metadata.uid, play);
    this.options.started?.(play);
  }

  private podChanged({ metadata, status }: PodObject, before: PodObject | undefined): void {
    const play = this.byPod.get(metadata.uid);
    if (play === undefined) return;
    if (metadata.deletionTimestamp !== undefined && before?.metadata.deletionTimestamp === undefined) {
      if (this.options.stopping === undefined) play.exited(143).removed();
      else this.options.stopping(play);
      return;
    }
    const ended = status.phase === 'Succeeded' || status.phase === 'Failed';
    if (!ended || status.phase === before?.status.phase || this.options.concludes === false) return;
    if (status.phase === 'Succeeded') play.concluded('Complete');
    else play.concluded('Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
}

export interface Cue {
  /** ms after the script begins. */
  atMs: number;
  do(play: PodPlay): void;
}

/** Plays the cues by the clock. @returns a function that ends the play */
export function playCues(play: PodPlay, cues: readonly Cue[], clock: Clock): () => void {
  const begin = clock.now();
  const cancels = cues.map((cue) => clock.at(begin + cue.atMs, () => cue.do(play)));
  return () => {
    for (const cancel of cancels) cancel();
  };
}
