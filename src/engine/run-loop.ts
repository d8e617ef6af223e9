import type { Cluster } from '../kubernetes/cluster.ts';
import type { RunPlan } from '../manifest/plan.ts';
import { begin, cursorOf, decide, type Run } from '../run/decide.ts';
import type { Effect, RequestEffect } from '../run/effect.ts';
import type { Observation } from '../run/observation.ts';
import type { Outcome } from '../run/outcome.ts';
import type { Step } from '../run/step.ts';
import type { AdmissionLocks } from './admission-lock.ts';
import { Alarm } from './alarm.ts';
import type { Clock } from './clock.ts';
import { Inbox } from './inbox.ts';
import { LogReader } from './log-reader.ts';
import { Output } from './output.ts';
import { type PerformInput, perform } from './perform.ts';
import type { RunHandle, RunSinks } from './runtime.ts';
import type { UnownedJobs } from './unowned.ts';
import { watchJob } from './watch-job.ts';
import { valueWithout } from './without-tokens.ts';

export interface RunLoopInput {
  plan: RunPlan;
  sinks: RunSinks;
  cluster: Cluster;
  clock: Clock;
  locks: AdmissionLocks;
  /** Uids of the Jobs that this process holds; the loop keeps its own in it. */
  held: Set<string>;
  isAlive: PerformInput['isAlive'];
  leftBehind: Pick<UnownedJobs, 'during'>;
}

/** One run: observations in, one decision at a time, effects out. All waiting is for an observation or for the clock. */
export class RunLoop implements RunHandle {
  readonly outcome: Promise<Outcome>;
  private readonly input: RunLoopInput;
  private readonly settle = Promise.withResolvers<Outcome>();
  private readonly output: Output;
  private readonly log: LogReader;
  private readonly inbox = new Inbox();
  private readonly alarm: Alarm;
  /** What leaves the loop is told to people. */
  private readonly withoutTokens: <T>(value: T) => T;
  private run: Run;
  private deciding = false;
  private over = false;
  private unlock: (() => void) | undefined;
  private unlocked = false;
  private unwatch: (() => void) | undefined;
  private heldUid: string | undefined;
  /** Pieces of output that the host did not take: they are lost, and that is said. */
  private refused: { pieces: number; why: string } | undefined;
  /** The last words to the cluster, which have to arrive before the run is over. */
  private lastWords: Promise<void> = Promise.resolve();

  constructor(input: RunLoopInput) {
    this.input = input;
    this.outcome = this.settle.promise;
    this.output = new Output(input.sinks, (error) => {
      this.refused = { pieces: (this.refused?.pieces ?? 0) + 1, why: messageOf(error) };
    });
    this.log = new LogReader(input, this.output, (seen) => this.push(seen));
    this.withoutTokens = valueWithout(input.plan.secretEnv);
    const { clock } = input;
    this.alarm = new Alarm(clock, () => this.push({ type: 'tick', at: clock.now() }));
    const first = begin(input.plan.request, input.clock.now());
    this.run = first.state;
    this.deciding = true;
    this.follow(first);
    this.deciding = false;
    this.decideOn(this.inbox.take());
  }

  cancel(reason: string): void {
    void this.push({ type: 'cancel_requested', at: this.input.clock.now(), reason });
  }

  release(reason: string): void {
    void this.push({ type: 'shutdown_requested', at: this.input.clock.now(), reason });
  }

  cursor(): string | undefined {
    return cursorOf(this.run);
  }

  /** What has to be waited for before more of the same may come. */
  private push(seen: Observation): Promise<void> | undefined {
    if (this.over) return undefined;
    if (!this.deciding) return this.decideOn(seen);
    try {
      return this.inbox.put(seen);
    } catch (error) {
      return this.fail(error);
    }
  }

  private decideOn(first: Observation | undefined): undefined {
    this.deciding = true;
    try {
      for (let seen = first; seen !== undefined && !this.over; seen = this.inbox.take()) {
        this.follow(decide(this.run, seen));
      }
    } catch (error) {
      this.fail(error);
    } finally {
      this.deciding = false;
    }
  }

  private follow({ state, effects, transitions, wakeAt }: Step<Run>): void {
    this.run = state;
    for (const transition of transitions) {
      try {
        this.input.sinks.transition(this.withoutTokens(transition));
      } catch {
        // Who listens never touches a run.
      }
    }
    for (const effect of effects) this.carryOut(effect);
    this.alarm.set(this.over ? undefined : wakeAt);
  }

  private carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'unlock_admission':
        this.unlocked = true;
        return this.unlock?.();
      case 'watch':
        this.heldUid = effect.jobUid;
        this.input.held.add(effect.jobUid);
        return this.watch(effect.jobUid);
      case 'unwatch':
        this.unwatch?.();
        this.unwatch = undefined;
        return;
      case 'open_log':
        return this.asking(() => this.log.open(effect));
      case 'close_log':
        return this.log.close();
      case 'deliver':
        return this.output.push(effect.chunks);
      case 'say':
        return this.output.push([`[paperclip] ${effect.text.replaceAll(/\s*\n\s*/g, ' ')}\n`]);
      case 'finish':
        return this.finish(effect.outcome);
      case 'release_holder':
        this.lastWords = this.ask(effect);
        return;
      default:
        void this.ask(effect);
    }
  }

  private watch(jobUid: string): void {
    const stops = [
      watchJob(this.input, jobUid, (seen) => this.push(seen)),
      this.input.leftBehind.during(this.input.plan.request.namespace),
    ];
    this.unwatch = () => {
      for (const stop of stops.splice(0)) stop();
    };
  }

  private async ask(effect: RequestEffect): Promise<void> {
    const { plan, cluster, clock, held, isAlive } = this.input;
    try {
      const answer = await this.asking(() =>
        perform(effect, { plan, cluster, clock, held, isAlive, lock: () => this.lock() }),
      );
      // The answer's type belongs to the request's name: perform gives the one for the other.
      void this.push({ type: 'answered', to: effect.do, at: clock.now(), answer } as Observation);
    } catch (error) {
      // A fault of ours: a run without an answer would wait for ever.
      this.fail(error);
    }
  }

  private asking<T>(send: () => T): T {
    const { asking } = this.input.sinks;
    return asking === undefined ? send() : asking(send);
  }

  /** A run that has ended while it waited for its turn gives it back at once. */
  private async lock(): Promise<void> {
    const unlock = await this.input.locks.acquire(this.input.plan.request.agentLabel ?? '');
    this.unlock = unlock;
    if (this.unlocked || this.over) unlock();
  }

  private finish(outcome: Outcome): void {
    this.end();
    void Promise.all([this.output.settled, this.lastWords]).then(() =>
      this.settle.resolve(this.withoutTokens(this.withLoss(outcome))),
    );
  }

  private withLoss(outcome: Outcome): Outcome {
    if (this.refused === undefined) return outcome;
    const { pieces, why } = this.refused;
    const note = `${pieces} piece(s) of output were lost: whoever follows the run did not take them (${why})`;
    return { ...outcome, verdict: { ...outcome.verdict, notes: [...outcome.verdict.notes, note] } };
  }

  private fail(error: unknown): undefined {
    if (this.over) return;
    this.end();
    this.settle.reject(error instanceof Error ? error : new Error(messageOf(error)));
  }

  private end(): void {
    this.over = true;
    this.inbox.clear();
    this.alarm.set(undefined);
    this.unlock?.();
    this.unwatch?.();
    this.log.close();
    if (this.heldUid !== undefined) this.input.held.delete(this.heldUid);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
