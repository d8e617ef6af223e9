import type { Cluster } from '../kubernetes/cluster.ts';
import { fleetSelector } from '../manifest/labels.ts';
import type { Answer } from '../run/answer.ts';
import { isFinished } from '../run/loss.ts';
import type { JobSnapshot } from '../run/snapshot.ts';
import type { Clock } from './clock.ts';
import { expiredMs } from './inspect-holders.ts';

export interface UnownedInput {
  cluster: Cluster;
  clock: Clock;
  /** For what may wait, and need not keep the process alive. */
  idleClock: Clock;
  /** Uids of the Jobs that this process holds. */
  held: ReadonlySet<string>;
  report(jobs: readonly JobSnapshot[]): void;
}

/** How long a count may stand before the age of the renewals is looked at again. */
const againMs = 60_000;
/** How often a namespace is looked at in which no run is at work. */
const sweepMs = 5 * 60_000;

/**
 * The living Jobs that nobody answers for. Where runs are at work they are seen by the watch that the runs share, without a
 * request; elsewhere they are listed now and then. Nothing is done to them: the next run of their task takes them over.
 */
export class UnownedJobs {
  private readonly input: UnownedInput;
  private readonly watched = new Map<string, { runs: number; jobs: Map<string, JobSnapshot>; stop: () => void }>();
  private cancel: (() => void) | undefined;
  /** What nobody answered for where no run is at work, when it was last seen: how old a renewal is counts from then. */
  private readonly swept = new Map<string, readonly JobSnapshot[]>();
  private readonly cancels = new Map<string, () => void>();

  constructor(input: UnownedInput) {
    this.input = input;
  }

  /** While a run is at work in the namespace. @returns a function that says that it has ended */
  during(namespace: string): () => void {
    const known = this.watched.get(namespace) ?? this.watch(namespace);
    known.runs++;
    return () => {
      known.runs--;
      if (known.runs > 0) return;
      known.stop();
      this.watched.delete(namespace);
      if (this.swept.has(namespace)) this.swept.set(namespace, this.unownedOf([...known.jobs.values()]));
      if (this.watched.size === 0) this.cancel?.();
    };
  }

  /** From now on, until `stop`, also while no run is at work there. */
  sweep(namespace: string): void {
    if (this.swept.has(namespace)) return;
    this.swept.set(namespace, []);
    void this.sweepAgain(namespace);
  }

  /** Those of one namespace, now. */
  async look(namespace: string): Promise<Answer<readonly JobSnapshot[]>> {
    const answer = await this.input.cluster.listJobs(namespace, fleetSelector);
    if (!answer.ok) return answer;
    const unowned = this.unownedOf(answer.value.jobs);
    if (this.swept.has(namespace)) this.swept.set(namespace, unowned);
    return { ...answer, value: unowned };
  }

  stop(): void {
    for (const cancel of this.cancels.values()) cancel();
    this.cancels.clear();
    this.swept.clear();
    this.tell();
  }

  private async sweepAgain(namespace: string): Promise<void> {
    if (!this.watched.has(namespace) && (await this.look(namespace)).ok) this.tell();
    const { idleClock } = this.input;
    if (!this.swept.has(namespace)) return;
    this.cancels.set(
      namespace,
      idleClock.at(idleClock.now() + sweepMs, () => void this.sweepAgain(namespace)),
    );
  }

  private watch(namespace: string) {
    const jobs = new Map<string, JobSnapshot>();
    const opened = { runs: 0, jobs, stop: () => {} };
    this.watched.set(namespace, opened);
    opened.stop = this.input.cluster.watchJobs(namespace, {
      matches: () => true,
      seen: (job) => {
        jobs.set(job.uid, job);
        this.count();
      },
      gone: (uid) => {
        jobs.delete(uid);
        this.count();
      },
      degraded: () => {},
      recovered: () => {},
    });
    return opened;
  }

  private count(): void {
    const { clock } = this.input;
    this.tell();
    this.cancel?.();
    this.cancel = clock.at(clock.now() + againMs, () => this.count());
  }

  private tell(): void {
    const watched = [...this.watched.values()].flatMap(({ jobs }) => [...jobs.values()]);
    const idle = [...this.swept].filter(([namespace]) => !this.watched.has(namespace)).flatMap(([, jobs]) => jobs);
    const { held, report } = this.input;
    report([...this.unownedOf(watched), ...idle.filter(({ uid }) => !held.has(uid))]);
  }

  private unownedOf(jobs: readonly JobSnapshot[]): JobSnapshot[] {
    const now = this.input.clock.now();
    return jobs.filter((job) => !this.input.held.has(job.uid) && isUnowned(job, now));
  }
}

function isUnowned(job: JobSnapshot, now: number): boolean {
  if (job.deletionAt !== undefined || isFinished(job)) return false;
  const { holder, releasedAt, renewedAt } = job.marks;
  return holder === undefined || releasedAt !== undefined || now - (renewedAt ?? 0) >= expiredMs;
}
