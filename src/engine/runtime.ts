import type { RunPlan } from '../manifest/plan.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Holder } from '../run/snapshot.ts';
import type { Transition } from '../run/transition.ts';
import type { UnownedJobs } from './unowned.ts';

/** Where a run's output and its story go. */
export interface RunSinks {
  /** Agent output (whole lines, or consecutive chunks of a long one) and our own `[paperclip] ` lines, in order. Awaited: back-pressure reaches the log stream. */
  log(text: string): void | Promise<void>;
  /** Called in order; a throw is caught and counted, never reaches the run. */
  transition(transition: Transition): void;
  /** Every request that is the run's own goes out from inside of this: who records knows whose it is. */
  asking?<T>(send: () => T): T;
}

export interface RunHandle {
  readonly outcome: Promise<Outcome>;
  cancel(reason: string): void;
  /** Lets go of the Job, which lives on: the run ends as handed over, like in a shutdown of the process. */
  release(reason: string): void;
  /** Where an attach would go on right now. */
  cursor(): string | undefined;
}

/** All runs of one process against one cluster. */
export interface Runtime {
  readonly holder: Holder;
  readonly active: number;
  /** Jobs that nobody answers for. */
  readonly leftBehind: Pick<UnownedJobs, 'sweep' | 'look' | 'stop'>;
  start(plan: RunPlan, sinks: RunSinks): RunHandle;
  /** Every run releases its Job and ends as handed over; resolves when all have, or after the bound. No Job is deleted. */
  shutdown(reason: string): Promise<void>;
}
