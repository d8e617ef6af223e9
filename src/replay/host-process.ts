import type { Tracer } from '@opentelemetry/api';
import type { Clock } from '../engine/clock.ts';
import type { LoopbackDispatcher } from '../loopback/dispatcher.ts';
import type { RunRequest } from '../run/request.ts';
import type { Replayable, ReplayedRun } from './contract.ts';
import type { World } from './world/world.ts';

export interface Step {
  readonly type: string;
  readonly at: number;
  readonly [fact: string]: unknown;
}

export type End = { diagnosis: unknown } | { fault: unknown };

export interface HostProcessInput {
  build: Replayable;
  clock: Clock;
  world: World;
  request: RunRequest;
  tracer?: Tracer | undefined;
}

/** One process of a build with its one run. It can be killed: then nothing that it left waiting ever happens. */
export class HostProcess {
  readonly steps: Step[] = [];
  readonly output: string[] = [];
  end: End | undefined;
  private readonly request: RunRequest;
  private readonly run: ReplayedRun;
  private readonly network: LoopbackDispatcher;
  private alive = true;

  constructor({ build, clock, world, request, tracer }: HostProcessInput) {
    this.request = request;
    const own: Clock = {
      now: () => clock.now(),
      at: (at, fn) => clock.at(at, () => this.alive && fn()),
    };
    this.network = world.connect(own);
    this.run = build.begin(
      {
        clock: own,
        dispatcher: this.network,
        server: 'http://recorded.invalid',
        isAlive: world.isAlive,
        ...(tracer && { tracer }),
      },
      { request, labels: world.labels },
      {
        log: (text) => {
          if (this.alive) this.output.push(text);
        },
        transition: (transition) => {
          if (this.alive) this.steps.push({ ...transition });
        },
      },
    );
    this.run.outcome.then(
      (diagnosis) => {
        this.end = { diagnosis };
      },
      (fault) => {
        this.end = { fault };
      },
    );
  }

  tell(what: 'cancel' | 'shutdown', reason: string): void {
    if (what === 'cancel') this.run.cancel(reason);
    else this.run.release(reason);
  }

  kill(): void {
    this.alive = false;
    this.network.vanish();
  }

  /** What the next process is asked for: to come back to the Job where this one was, or to begin anew if there was none yet. */
  afterwards(): RunRequest {
    const holder = { ...this.request.holder, bootId: `${this.request.holder.bootId}-2` };
    const job = this.steps.findLast(({ type }) => type === 'job_created' || type === 'job_adopted')?.job;
    if (typeof job !== 'string') return { ...this.request, holder };
    return { ...this.request, holder, start: { as: 'attach', job, cursor: this.run.cursor() } };
  }

  get traceId(): string | undefined {
    return this.run.traceId;
  }

  metrics(): Promise<string> {
    return this.run.metrics();
  }

  close(): Promise<void> {
    return this.run.close();
  }
}
