import { systemClock } from '../src/engine/clock.ts';
import type { WireTap } from '../src/kubernetes/wire.ts';
import type { RunPlan } from '../src/manifest/plan.ts';
import { Recorder } from '../src/record/recorder.ts';
import type { Recording } from '../src/record/recording.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Transition } from '../src/run/transition.ts';

/** A stretch of a log: whether it was recorded, the CPU time in which it was read, and how much of it the recorder had, in ms. */
export interface Stretch {
  recorded: boolean;
  cpuMs: number;
  insideMs: number;
}

/** A recorder that is told of every other stretch of a log; of all of it when the stretches have no end. */
export class SwitchedRecorder {
  readonly stretches: Stretch[] = [];
  readonly tap: WireTap;
  private readonly wire = new Recorder({ clock: systemClock, build: 'bench' }).wire();
  private readonly stretchBytes: number;
  private readonly clocked: boolean;
  private recording: Recording | undefined;
  private on = true;
  private left: number;
  private cpu = process.cpuUsage();
  private insideMs = 0;

  /** `clocked`: whether to take the time inside of the recorder, which costs time of its own. */
  constructor(stretchBytes = Number.POSITIVE_INFINITY, clocked = false) {
    this.clocked = clocked;
    this.stretchBytes = stretchBytes;
    this.left = stretchBytes;
    this.tap = {
      request: (ask, at) => {
        const listener = this.wire.tap.request(ask, at);
        if (listener === undefined) return undefined;
        // The reader counts later what was recorded now.
        const recorded: boolean[] = [];
        return {
          ...listener,
          chunk: (bytes, when) => {
            this.pass(bytes.length);
            recorded.push(this.on);
            if (!this.on) return;
            const from = this.clock();
            listener.chunk(bytes, when);
            this.inside(from);
          },
          counted: (bytes, lineEnds) => {
            if (!recorded.shift()) return;
            const from = this.clock();
            listener.counted?.(bytes, lineEnds);
            this.inside(from);
          },
        };
      },
    };
  }

  begin(plan: RunPlan): Pick<Recording, 'asking'> {
    this.recording = this.wire.begin({ plan, which: 'failures', directory: '/nowhere' });
    return { asking: this.recording.asking };
  }

  transition(seen: Transition): void {
    if (!this.on && seen.type === 'output') return;
    const from = this.clock();
    this.recording?.transition(seen);
    this.inside(from);
  }

  /** A run that succeeds leaves no bundle. */
  async end(outcome: Outcome): Promise<void> {
    await this.recording?.end(outcome);
  }

  private clock(): number {
    return this.clocked ? performance.now() : 0;
  }

  private inside(from: number): void {
    if (this.clocked) this.insideMs += performance.now() - from;
  }

  private pass(bytes: number): void {
    this.left -= bytes;
    if (this.left > 0) return;
    const { user, system } = process.cpuUsage(this.cpu);
    this.stretches.push({ recorded: this.on, cpuMs: (user + system) / 1000, insideMs: this.insideMs });
    this.insideMs = 0;
    this.left = this.stretchBytes;
    this.on = !this.on;
    this.cpu = process.cpuUsage();
  }
}
