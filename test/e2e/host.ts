import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Outcome } from '../../src/run/outcome.ts';
import type { Transition } from '../../src/run/transition.ts';
import { type Allowance, settled } from './holds/every-run.ts';
import { brokenLines } from './holds/lines.ts';
import type { StartInput } from './plan.ts';
import { until } from './tools.ts';
import { writtenIn } from './written.ts';

/** What a host tells of a run that has ended; `broken` is what must hold of every run and does not. */
interface ToldEnd {
  outcome: Outcome;
  jobName: string;
  delivered: string[];
  broken: string[];
}

export interface Ended {
  code: string | null;
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
    ended?: ToldEnd;
    failed?: string;
    unhandled?: string;
  }[] = [];
  private readonly namespaces = new Map<number, string>();
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

  run(input: StartInput & Allowance): number {
    const id = this.next++;
    this.namespaces.set(id, input.namespace);
    this.child.stdin?.write(`${JSON.stringify({ id, input })}\n`);
    return id;
  }

  transitions(id: number): Transition[] {
    return this.told.flatMap((one) => (one.id === id && one.transition !== undefined ? [one.transition] : []));
  }

  /** The end of a run, of which everything holds that must hold of every run. */
  async ended(id: number, seconds = 120): Promise<Ended> {
    const { outcome, jobName, delivered, broken } = await this.toldEnd(id, seconds);
    const pod = outcome.evidence.pod?.name;
    const written = writtenIn(this.namespaces.get(id) ?? '');
    const wrote = () => (pod === undefined ? [] : written.lines(pod));
    const lines = await settled(() => brokenLines(delivered, wrote(), outcome));
    if (broken.length + lines.length > 0) throw new Error(`run ${id}: ${[...broken, ...lines].join('\n')}`);
    return { code: outcome.verdict.code, job: outcome.job, jobName, lines: delivered };
  }

  private async toldEnd(id: number, seconds: number): Promise<ToldEnd> {
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
