import type { Cluster } from '../kubernetes/cluster.ts';
import { isFinished } from '../run/loss.ts';
import type { JobSnapshot } from '../run/snapshot.ts';
import type { Clock } from './clock.ts';
import { expiredMs } from './inspect-holders.ts';

export interface UnownedInput {
  cluster: Cluster;
  clock: Clock;
  /** Uids of the Jobs that this process holds. */
  held: ReadonlySet<string>;
  report(count: number): void;
}

/** How long a count may stand before the age of the renewals is looked at again. */
const againMs = 60_000;

/** Counts the living Jobs that nobody answers for, from the watch that the runs share: it costs no request. */
export class UnownedJobs {
  private readonly input: UnownedInput;
  private readonly namespaces = new Map<string, { runs: number; jobs: Map<string, JobSnapshot>; stop: () => void }>();
  private cancel: (() => void) | undefined;

  constructor(input: UnownedInput) {
    this.input = input;
  }

  /** While a run is at work in the namespace. @returns a function that says that it has ended */
  during(namespace: string): () => void {
    const known = this.namespaces.get(namespace) ?? this.open(namespace);
    known.runs++;
    return () => {
      known.runs--;
      if (known.runs > 0) return;
      known.stop();
      this.namespaces.delete(namespace);
      if (this.namespaces.size === 0) this.cancel?.();
    };
  }

  private open(namespace: string) {
    const jobs = new Map<string, JobSnapshot>();
    const opened = { runs: 0, jobs, stop: () => {} };
    this.namespaces.set(namespace, opened);
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
    const { clock, held, report } = this.input;
    const now = clock.now();
    const all = [...this.namespaces.values()].flatMap(({ jobs }) => [...jobs.values()]);
    report(all.filter((job) => !held.has(job.uid) && isUnowned(job, now)).length);
    this.cancel?.();
    this.cancel = clock.at(now + againMs, () => this.count());
  }
}

export function isUnowned(job: JobSnapshot, now: number): boolean {
  if (job.deletionAt !== undefined || isFinished(job)) return false;
  const { holder, releasedAt, renewedAt } = job.marks;
  return holder === undefined || releasedAt !== undefined || now - (renewedAt ?? 0) >= expiredMs;
}
