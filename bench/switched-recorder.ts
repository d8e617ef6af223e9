import { systemClock } from '../src/engine/clock.ts';
import type { WireTap } from '../src/kubernetes/wire.ts';
import type { RunPlan } from '../src/manifest/plan.ts';
import { Recorder } from '../src/record/recorder.ts';
import type { Recording } from '../src/record/recording.ts';
import type { Outcome } from '../src/run/outcome.ts';
import type { Transition } from '../src/run/transition.ts';

/** A stretch of a log: whether it was recorded, and the CPU time in which it was read, in ms. */
export interface Stretch {
  recorded: boolean;
  cpuMs: number;
}

/** A recorder that is told of every other stretch of a log; of all of it when the stretches have no end. */
export class SwitchedRecorder {
  readonly stretches: Stretch[] = [];
  readonly tap: WireTap;
  private readonly wire = new Recorder({ clock: systemClock, build: 'bench' }).wire();
  private readonly stretchBytes: number;
  private recording: Recording | undefined;
  private on = true;
  private left: number;
  private cpu = process.cpuUsage();

  constructor(stretchBytes = Number.POSITIVE_INFINITY) {
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
            if (this.on) listener.chunk(bytes, when);
          },
          counted: (bytes, lineEnds) => {
            if (recorded.shift()) listener.counted?.(bytes, lineEnds);
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
    if (this.on || seen.type !== 'output') this.recording?.transition(seen);
  }

  /** A run that succeeds leaves no bundle. */
  async end(outcome: Outcome): Promise<void> {
    await this.recording?.end(outcome);
  }

  private pass(bytes: number): void {
    this.left -= bytes;
    if (this.left > 0) return;
    const { user, system } = process.cpuUsage(this.cpu);
    this.stretches.push({ recorded: this.on, cpuMs: (user + system) / 1000 });
    this.left = this.stretchBytes;
    this.on = !this.on;
    this.cpu = process.cpuUsage();
  }
}
