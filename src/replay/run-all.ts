import { once } from 'node:events';
import type { Build } from './builds.ts';
import type { Task, TaskAnswer } from './child.ts';
import type { Replayed } from './one.ts';
import { Worker, type WorkerOptions } from './worker.ts';

/** `<build>/dist/replay/entry.js`, or what the host loads of a foreign adapter. */
export type Entry = Pick<Build, 'entry' | 'foreign'>;

export interface AllInput {
  bundles: readonly string[];
  build: Entry;
  /** Undefined: against what was recorded. */
  against: Entry | undefined;
  /** Recorded seconds in a second, for a build without virtual time. */
  speed?: number;
  strict: boolean;
  /** Real ms that a build with virtual time may take for one bundle. */
  patienceMs?: number;
  processes: number;
  done?: (result: Result) => void;
  /** Takes up no further bundle from then on, and does not wait for what is under way. */
  interrupted?: AbortSignal;
  /** Told what went wrong with the export of what the runs did. */
  warn?: (text: string) => void;
}

export type Result =
  | { is: 'replayed'; replayed: Replayed }
  | { is: 'bad_bundle'; path: string; error: string }
  | { is: 'harness_fault'; path: string; error: string };

/**
 * Replays bundles, several at a time, each build in processes of its own. In the order of the bundles; what was interrupted has
 * no results, but all that was done has been exported.
 */
export async function replayAll(input: AllInput): Promise<Result[]> {
  const { bundles, strict, processes, done, warn, interrupted, ...builds } = input;
  const results: Result[] = new Array(bundles.length);
  const stopped = interrupted && once(interrupted, 'abort').then(() => undefined);
  let next = 0;
  async function work(): Promise<void> {
    const mine = new Pair(builds);
    try {
      for (let index = next++; index < bundles.length; index = next++) {
        const replayed = mine.replay(bundles[index] ?? '', strict);
        const result = await (stopped === undefined ? replayed : Promise.race([replayed, stopped]));
        if (result === undefined) return;
        results[index] = result;
        done?.(result);
        if (interrupted?.aborted) return;
      }
    } finally {
      for (const text of await mine.finish()) warn?.(text);
    }
  }
  const workers = Math.max(1, Math.min(processes, bundles.length));
  await Promise.all(Array.from({ length: workers }, work));
  return results;
}

/** The longest recordings take a second. */
const longEnoughMs = 60_000;

type Builds = Pick<AllInput, 'build' | 'against' | 'speed' | 'patienceMs'>;

/** The build and what it is held against. A process that died is begun anew for the next bundle. */
class Pair {
  private readonly builds: Builds;
  private readonly workers = new Map<Entry, Worker>();

  constructor(builds: Builds) {
    this.builds = builds;
  }

  async replay(path: string, strict: boolean): Promise<Result> {
    const { build, against } = this.builds;
    try {
      const reference = against === undefined ? undefined : await this.ask(against, { do: 'reference', path });
      if (reference?.ok === false) return refusal(path, reference);
      const held = reference !== undefined && 'reference' in reference ? reference.reference : undefined;
      const answer = await this.ask(build, { do: 'judge', path, reference: held, strict });
      if (!answer.ok) return refusal(path, answer);
      if ('replayed' in answer) return { is: 'replayed', replayed: answer.replayed };
      throw new Error('the process of the build answered something else');
    } catch (error) {
      this.stop();
      return { is: 'harness_fault', path, error: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Who plays in real time has as much of it as the recording. */
  private optionsFor({ foreign }: Entry): WorkerOptions {
    const { speed, patienceMs = longEnoughMs } = this.builds;
    return { speed, patienceMs: foreign ? undefined : patienceMs };
  }

  stop(): void {
    for (const worker of this.workers.values()) worker.stop();
    this.workers.clear();
  }

  /** Ends the processes, once they have exported what there is. */
  async finish(): Promise<readonly string[]> {
    const troubles = await Promise.all([...this.workers.values()].map((worker) => worker.finish()));
    this.workers.clear();
    return troubles.filter((text) => text !== undefined);
  }

  /** A foreign adapter keeps what it likes between two runs, a connection to a cluster that is no more among it. */
  private async ask(entry: Entry, task: Task): Promise<TaskAnswer> {
    const worker = this.workers.get(entry) ?? new Worker(entry.entry, this.optionsFor(entry));
    this.workers.set(entry, worker);
    try {
      return await worker.do(task);
    } finally {
      if (entry.foreign) {
        worker.stop();
        this.workers.delete(entry);
      }
    }
  }
}

function refusal(path: string, { fault, error }: TaskAnswer & { ok: false }): Result {
  return { is: fault === 'bundle' ? 'bad_bundle' : 'harness_fault', path, error };
}
