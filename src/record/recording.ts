import type { RunPlan } from '../manifest/plan.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Transition } from '../run/transition.ts';
import type { Kept } from './kept.ts';
import type { Member } from './shared-objects.ts';
import type { Tape } from './tape.ts';

/** What became of a recording: its path, why there is none, or nothing at all for a run that needs none. */
export type Written = { path: string } | { error: string } | undefined;

/** One run while it is recorded. Nothing here throws. */
export interface Recording {
  /** Requests that go out from inside of this are the run's own. */
  asking<T>(send: () => T): T;
  transition(transition: Transition): void;
  /** When the run is over, undefined when it was given up without an outcome; the first call counts. Never rejects. */
  end(outcome: Outcome | undefined): Promise<Written>;
}

type Output = Extract<Transition, { type: 'output' }>;

/** A run as the recorder knows it. */
export class RecordedRun implements Member {
  readonly namespace: string;
  readonly has = new Map<string, string>();
  readonly tape: Tape;
  readonly plan: RunPlan;
  readonly startedAt: number;
  jobName: string;
  jobUid: string | undefined;
  /** When it last had something to record. */
  lastAt: number;
  private over = false;
  /** What one piece of the log came to: several come with each, and are told as one when the next piece is here. */
  private output: Output | undefined;
  private readonly grown: (by: number) => void;

  constructor(plan: RunPlan, at: number, tape: Tape, grown: (by: number) => void) {
    const { namespace, jobName, start } = plan.request;
    this.plan = plan;
    this.namespace = namespace;
    this.jobName = start.as === 'attach' ? start.job : jobName;
    this.startedAt = at;
    this.lastAt = at;
    this.tape = tape;
    this.grown = grown;
  }

  pin(kept: Kept): void {
    this.keep(kept, false);
  }

  log(kept: Kept): void {
    this.keep(kept, true);
  }

  /** @returns true when its Job is another one than was known. */
  hear(transition: Transition): boolean {
    if (transition.type === 'output') {
      this.output = this.output === undefined ? transition : sumOf(this.output, transition);
      return false;
    }
    this.pin({ f: 'decision', at: transition.at, transition });
    if (transition.type !== 'job_created' && transition.type !== 'job_adopted') return false;
    this.jobName = transition.job;
    this.jobUid = transition.uid;
    return true;
  }

  close(): void {
    this.tellOutput();
    this.over = true;
  }

  private tellOutput(): void {
    const transition = this.output;
    this.output = undefined;
    if (transition !== undefined) this.keep({ f: 'decision', at: transition.at, transition }, true);
  }

  private keep(kept: Kept, isLog: boolean): void {
    if (this.output !== undefined) this.tellOutput();
    if (this.over) return;
    const before = this.tape.bytes;
    if (isLog) this.tape.log(kept);
    else this.tape.pin(kept);
    this.lastAt = Math.max(this.lastAt, kept.at);
    this.grown(this.tape.bytes - before);
  }
}

function sumOf(one: Output, other: Output): Output {
  return { ...other, lines: one.lines + other.lines, bytes: one.bytes + other.bytes };
}
