import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../engine/clock.ts';
import { within } from '../engine/within.ts';
import { flushMs } from '../telemetry/otlp-export.ts';
import type { Task, TaskAnswer } from './child.ts';
import { ownFile } from './own-file.ts';

/** What a process has in hand, and then the export of it, which has a bound of its own. */
const finishMs = flushMs + 3_000;

export interface WorkerOptions {
  /** Recorded seconds in a second, for a build without virtual time. */
  speed?: number | undefined;
  /** Real ms that one task may take: a build that never comes to an end of it ends with its process. */
  patienceMs?: number | undefined;
  /** What runs in the process, as this build has it or another one. */
  script?: URL;
}

/** One build in a process of its own, one task at a time. */
export class Worker {
  private readonly child: ChildProcess;
  /** Its build is loaded. */
  readonly started: Promise<void>;
  private said = '';
  private last: Promise<void> = Promise.resolve();
  private readonly patienceMs: number | undefined;

  constructor(entry: string, { speed = 1, patienceMs, script = ownFile('child') }: WorkerOptions = {}) {
    this.patienceMs = patienceMs;
    this.child = fork(fileURLToPath(script), [entry, String(speed)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (piece) => {
        this.said = (this.said + piece).slice(-4000);
      });
    }
    this.started = this.next().then(() => undefined);
    // Told to whoever does a task.
    this.started.catch(() => {});
  }

  /** @throws Error when the process dies, or has no answer in time */
  do(task: Task): Promise<TaskAnswer> {
    const answer = this.last.then(() => {
      const asked = this.ask(task);
      return this.patienceMs === undefined ? asked : this.soon(asked, this.patienceMs);
    });
    this.last = answer.then(
      () => undefined,
      () => undefined,
    );
    return answer;
  }

  /** Lets it export what its runs did, within the bound of an export. What went wrong, as a sentence. */
  async finish(): Promise<string | undefined> {
    const finished = this.child.connected ? this.do({ do: 'finish' }).catch(() => undefined) : undefined;
    const answer = finished && (await within(finishMs, finished, systemClock));
    this.stop();
    return answer?.ok === true && 'exported' in answer ? answer.exported : undefined;
  }

  stop(): void {
    // One that plays a host lives through SIGTERM.
    this.child.kill('SIGKILL');
  }

  private async ask(task: Task): Promise<TaskAnswer> {
    await this.started;
    const next = this.next<TaskAnswer>();
    this.child.send(task);
    return next;
  }

  private async soon<T>(answer: Promise<T>, ms: number): Promise<T> {
    const came = await within(ms, answer, systemClock);
    if (came !== undefined) return came;
    answer.catch(() => {});
    this.stop();
    throw new Error(`the process of the build has no answer within ${ms / 1000} s, and was ended`);
  }

  private next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const died = (code: number | null, signal: string | null) =>
        reject(new Error(`the process of the build ended with ${signal ?? `code ${code}`}: ${this.said.trim()}`));
      this.child.once('exit', died);
      this.child.once('message', (message) => {
        this.child.off('exit', died);
        // The child's own types: both sides are of this build.
        resolve(message as T);
      });
    });
  }
}
