import type { Clock } from '../engine/clock.ts';
import type { Cluster, Subscriber } from '../kubernetes/cluster.ts';
import { isDisrupted } from '../run/facts.ts';
import type { JobSnapshot, PodSnapshot } from '../run/snapshot.ts';
import type { Transition } from '../run/transition.ts';
import type { JobWitness } from './recovery.ts';

/** A pod without a running container is gone within seconds; a node that does not answer proves nothing anyway. */
const goneMs = 30_000;

export interface WitnessInput {
  cluster: Pick<Cluster, 'watchJobs' | 'watchPods' | 'listPods'>;
  clock: Clock;
  namespace: string;
}

/**
 * Watches a run's Job and its pods to their very end, past the run's verdict. Only the last state of each, as the API
 * gives it with the deletion, proves that the agent was never started: before that, it may still have been.
 */
export class Witness {
  private uid: string | undefined;
  private jobGone = false;
  /** Something may have come and gone unseen. */
  private gap = false;
  /** Pods by uid: what is known of each that is still there, or how it ended. */
  private readonly pods = new Map<string, 'there' | 'never_started' | 'unsure'>();
  private stop: (() => void) | undefined;
  private changed: () => void = () => {};
  private readonly input: WitnessInput;

  constructor(input: WitnessInput) {
    this.input = input;
  }

  hear(transition: Transition): void {
    if (transition.type !== 'job_created' && transition.type !== 'job_adopted') return;
    if (transition.uid === this.uid) return;
    this.close();
    this.uid = transition.uid;
    this.jobGone = false;
    this.gap = false;
    this.pods.clear();
    const { cluster, namespace } = this.input;
    const stops = [
      cluster.watchJobs(namespace, this.jobs(this.uid)),
      cluster.watchPods(namespace, this.podsOf(this.uid)),
    ];
    this.stop = () => stops.forEach((stop) => void stop());
  }

  /** What can be sworn to. With `wait`, the end of Job and pods is waited for, within a bound. */
  async testify({ wait }: { wait: boolean }): Promise<JobWitness> {
    if (this.uid === undefined) return { existed: false, neverStarted: false };
    if (wait && !this.isOver()) await this.over();
    const neverStarted = this.isOver() && (await this.isProven());
    this.close();
    return { existed: true, neverStarted };
  }

  close(): void {
    this.stop?.();
    this.stop = undefined;
  }

  private isOver(): boolean {
    return this.jobGone && ![...this.pods.values()].includes('there');
  }

  private over(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock } = this.input;
    const cancel = clock.at(clock.now() + goneMs, resolve);
    this.changed = () => {
      if (this.isOver()) resolve();
    };
    return promise.finally(cancel);
  }

  /** Every pod that there was has to be known, and none may be left. */
  private async isProven(): Promise<boolean> {
    if (this.gap) return false;
    if (![...this.pods.values()].every((end) => end === 'never_started')) return false;
    const { cluster, namespace } = this.input;
    const left = await cluster.listPods(namespace, `batch.kubernetes.io/controller-uid=${this.uid}`);
    return left.ok && left.value.pods.length === 0;
  }

  private doubt(): void {
    this.gap = true;
  }

  private jobs(uid: string): Subscriber<JobSnapshot> {
    return {
      matches: (job) => job.uid === uid,
      seen: () => {},
      gone: (_uid, last, route) => {
        if (route !== 'watch-deleted' || last === undefined) this.doubt();
        this.jobGone = true;
        this.changed();
      },
      degraded: () => this.doubt(),
      recovered: () => {},
    };
  }

  private podsOf(jobUid: string): Subscriber<PodSnapshot> {
    return {
      matches: (pod) => pod.jobUid === jobUid,
      seen: (pod) => {
        if (this.pods.get(pod.uid) !== 'unsure') this.pods.set(pod.uid, hasStarted(pod) ? 'unsure' : 'there');
      },
      gone: (podUid, last, route) => {
        const sure = route === 'watch-deleted' && last !== undefined && !isDisrupted(last) && !hasStarted(last);
        if (this.pods.get(podUid) !== 'unsure') this.pods.set(podUid, sure ? 'never_started' : 'unsure');
        this.changed();
      },
      degraded: () => this.doubt(),
      recovered: () => {},
    };
  }
}

function hasStarted({ agent }: PodSnapshot): boolean {
  if (agent === undefined) return false;
  const { state, last } = agent;
  if (last?.startedAt !== undefined || state.is === 'running') return true;
  return state.is === 'terminated' && state.startedAt !== undefined;
}
