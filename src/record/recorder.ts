import { AsyncLocalStorage } from 'node:async_hooks';
import type { Clock } from '../engine/clock.ts';
import type { WireTap } from '../kubernetes/wire.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { Outcome } from '../run/outcome.ts';
import { boundFolder, type FolderLimits, folderLimits, sizeOf } from './bundle-folder.ts';
import { bundleLines } from './bundle-lines.ts';
import { bundleName } from './bundle-name.ts';
import type { RecorderListener } from './listener.ts';
import { keptRequest, listenToOwn } from './own-request.ts';
import { RecordedRun, type Recording, type Written } from './recording.ts';
import type { OutputPolicy } from './redact.ts';
import { SharedReads } from './shared-reads.ts';
import { StandingAnswers } from './standing.ts';
import { Tape, type TapeLimits } from './tape.ts';
import { writeBundle } from './write-bundle.ts';

/** Of all runs of a process together. */
const processBytes = 256 * 1024 * 1024;
const ofOneLog: TapeLimits = { head: 512 * 1024, tail: 1536 * 1024 };

export interface RecorderInput {
  clock: Clock;
  build: string;
  bytesMax?: number;
  tape?: TapeLimits;
  folder?: FolderLimits;
  /** `kept` only for an agent whose every word is known beforehand. */
  output?: OutputPolicy;
  listener?: RecorderListener;
  write?: typeof writeBundle;
}

export interface RecordInput {
  plan: RunPlan;
  which: 'failures' | 'all';
  directory: string;
}

/** The recorder as one cluster's connection sees it. */
export interface Wire {
  tap: WireTap;
  begin(input: RecordInput): Recording;
}

/** One per process: keeps the frames of its runs in bounded memory and writes those of a failure when the run is over. */
export class Recorder {
  private readonly input: RecorderInput;
  private readonly runs = new Set<RecordedRun>();
  /** Those that have not ended. */
  private readonly open = new Set<Recording>();
  private readonly asking = new AsyncLocalStorage<RecordedRun>();
  private bytes = 0;
  private lastId = 0;
  /** One bundle at a time: a slow disk slows the next bundle, and what waits still counts as memory. */
  private writing: Promise<unknown> = Promise.resolve();

  constructor(input: RecorderInput) {
    this.input = input;
  }

  /** Memory that all recordings take, about. */
  get memoryBytes(): number {
    return this.bytes;
  }

  wire(): Wire {
    const shared = new SharedReads();
    const standing = new StandingAnswers();
    return {
      begin: (input) => this.begin(input, shared, standing),
      tap: {
        request: (ask, at) => {
          if (ask.shared === true) return shared.listen(ask, ++this.lastId, at);
          const run = this.asking.getStore();
          const id = ++this.lastId;
          const listener = standing.listen(ask, id, at, run);
          if (listener !== undefined || run === undefined) return listener;
          run.pin(keptRequest(ask, id, at));
          return listenToOwn(ask, id, run);
        },
      },
    };
  }

  /** Ends every recording as it is: the process goes away. Resolves when all are written, or could not be. */
  async finish(): Promise<void> {
    await Promise.all([...this.open].map((recording) => recording.end(undefined)));
  }

  private begin({ plan, which, directory }: RecordInput, shared: SharedReads, standing: StandingAnswers): Recording {
    const { clock, tape = ofOneLog } = this.input;
    const run = new RecordedRun(plan, clock.now(), new Tape(tape), (by) => this.grow(by));
    this.runs.add(run);
    shared.join(run);
    standing.join(run);
    let ended: Promise<Written> | undefined;
    const recording: Recording = {
      asking: (send) => this.asking.run(run, send),
      transition(transition) {
        if (run.hear(transition)) shared.renamed(run);
      },
      end: (outcome) => {
        standing.leave(run);
        ended ??= this.end(run, outcome, which === 'all' || outcome?.verdict.code !== null ? directory : undefined);
        shared.leave(run);
        this.open.delete(recording);
        return ended;
      },
    };
    this.open.add(recording);
    return recording;
  }

  private async end(run: RecordedRun, outcome: Outcome | undefined, directory: string | undefined): Promise<Written> {
    run.close();
    const written = directory === undefined ? undefined : await this.queue(() => this.write(run, directory, outcome));
    this.forget(run);
    return written;
  }

  private queue(write: () => Promise<Written>): Promise<Written> {
    const written = this.writing.then(write);
    this.writing = written;
    return written;
  }

  /** Never rejects: a run has its verdict, whatever the disk does. */
  private async write(run: RecordedRun, directory: string, outcome: Outcome | undefined): Promise<Written> {
    const { clock, build, folder = folderLimits, write = writeBundle, output } = this.input;
    const { plan, startedAt, tape } = run;
    const endedAt = clock.now();
    try {
      const code = outcome === undefined ? 'unfinished' : (outcome.verdict.code ?? 'succeeded');
      const name = bundleName(endedAt, run.namespace, run.jobName, code);
      const turn = () => new Promise<void>((resolve) => void clock.at(clock.now(), resolve));
      const { dropped } = tape;
      const frames = [...tape.frames];
      const lines = bundleLines({ plan, build, startedAt, endedAt, outcome, frames, dropped, output, turn });
      const path = await write(directory, name, lines);
      await this.tellWritten(path, directory, folder);
      return { path };
    } catch (error) {
      this.input.listener?.bundles('failed', 1, 0);
      return { error: `incidentDir: ${directory}: the incident could not be written: ${wordsOf(error)}` };
    }
  }

  private async tellWritten(path: string, directory: string, folder: FolderLimits): Promise<void> {
    const { listener } = this.input;
    listener?.bundles('written', 1, await sizeOf(path));
    const removed = await boundFolder(directory, folder).catch(() => undefined);
    if (removed !== undefined) listener?.bundles('removed', removed.bundles, removed.bytes);
  }

  private forget(run: RecordedRun): void {
    this.runs.delete(run);
    this.bytes -= run.tape.bytes;
    // A connection that was opened for the run may know it for as long as it lives.
    run.tape.clear();
  }

  private grow(by: number): void {
    this.bytes += by;
    const { bytesMax = processBytes } = this.input;
    if (this.bytes <= bytesMax) return;
    const before = this.bytes;
    this.shrinkTo(bytesMax * 0.9);
    this.input.listener?.dropped(before - this.bytes);
  }

  private shrinkTo(enough: number): void {
    const idleFirst = [...this.runs].sort((one, other) => one.lastAt - other.lastAt);
    for (const what of ['tail', 'bodies', 'everything'] as const) {
      for (const run of idleFirst) {
        if (this.bytes <= enough) return;
        const before = run.tape.bytes;
        if (what === 'tail') run.tape.dropTail();
        else run.tape.drop(what);
        this.bytes += run.tape.bytes - before;
      }
    }
  }
}

/** Without the path, which differs each time: the same trouble has the same words. */
function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+ '.*'$/s, '') : String(error);
}
