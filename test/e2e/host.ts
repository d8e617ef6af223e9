import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Transition } from '../../src/run/transition.ts';
import type { StartInput } from './start.ts';
import { until } from './tools.ts';

export interface Ended {
  code: string | null;
  cause: string | null;
  message: string;
  job: string;
  jobName: string;
  lines: string[];
}

/** A host process of the test's, and what its runs have told. */
export class HostProcess {
  readonly child: ChildProcess;
  private readonly told: {
    id?: number;
    transition?: Transition;
    ended?: Ended;
    failed?: string;
    unhandled?: string;
  }[] = [];
  private next = 0;
  private stderr = '';

  constructor() {
    this.child = spawn(process.execPath, [join(import.meta.dirname, 'host-process.ts')], { stdio: 'pipe' });
    if (this.child.stdout !== null) {
      createInterface({ input: this.child.stdout }).on('line', (line) => this.told.push(JSON.parse(line)));
    }
    this.child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  run(input: StartInput): number {
    const id = this.next++;
    this.child.stdin?.write(`${JSON.stringify({ id, input })}\n`);
    return id;
  }

  transitions(id: number): Transition[] {
    return this.told.flatMap((one) => (one.id === id && one.transition !== undefined ? [one.transition] : []));
  }

  async ended(id: number, seconds = 120): Promise<Ended> {
    return until(
      `the end of run ${id}`,
      () => {
        const bad = this.told.find(({ failed, unhandled }) => failed !== undefined || unhandled !== undefined);
        if (bad !== undefined) throw new Error(JSON.stringify(bad));
        if (this.child.exitCode !== null)
          throw new Error(`the host exited with ${this.child.exitCode}: ${this.stderr}`);
        return this.told.find((one) => one.id === id && one.ended !== undefined)?.ended;
      },
      seconds,
    );
  }

  seen(id: number, type: Transition['type']): boolean {
    return this.transitions(id).some((transition) => transition.type === type);
  }

  /** No more runs come: a host that kept a socket or a timer would stay. */
  async finish(): Promise<number | null> {
    const gone = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.stdin?.end();
    return gone;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await gone;
  }
}
