import type { Cluster } from '../kubernetes/cluster.ts';
import type { Holder, JobSnapshot } from '../run/snapshot.ts';
import { AdmissionLocks } from './admission-lock.ts';
import type { Clock } from './clock.ts';
import { RunLoop } from './run-loop.ts';
import type { Runtime } from './runtime.ts';
import { UnownedJobs } from './unowned.ts';

/** How long a shutdown waits for its runs to let go of their Jobs. */
const shutdownMs = 4_000;

export interface RuntimeInput {
  cluster: Cluster;
  clock: Clock;
  holder: Holder;
  /** Of the process, where it has several runtimes: one account's Jobs are no orphans to another's. */
  locks?: AdmissionLocks;
  held?: Set<string>;
  /** Whether a process of this machine or pod is there; asks the system unless given. */
  isAlive?: (pid: number) => boolean;
  /** Told which living Jobs nobody answers for, in the namespaces where runs are at work or that are swept. */
  unowned?: (jobs: readonly JobSnapshot[]) => void;
  /** For what may wait; the clock unless given. */
  idleClock?: Clock;
}

export function createRuntime({
  cluster,
  clock,
  holder,
  locks = new AdmissionLocks(),
  held = new Set(),
  isAlive,
  unowned = () => {},
  idleClock = clock,
}: RuntimeInput): Runtime {
  const runs = new Set<RunLoop>();
  const leftBehind = new UnownedJobs({ cluster, clock, idleClock, held, report: unowned });
  return {
    holder,
    leftBehind,
    get active() {
      return runs.size;
    },
    start(plan, sinks) {
      const run = new RunLoop({ plan, sinks, cluster, clock, locks, held, isAlive, leftBehind });
      runs.add(run);
      const done = () => void runs.delete(run);
      run.outcome.then(done, done);
      return run;
    },
    async shutdown(reason) {
      const all = [...runs];
      for (const run of all) run.release(reason);
      const { promise: tooLong, resolve } = Promise.withResolvers<void>();
      const cancel = clock.at(clock.now() + shutdownMs, resolve);
      await Promise.race([Promise.allSettled(all.map((run) => run.outcome)), tooLong]);
      cancel();
    },
  };
}
