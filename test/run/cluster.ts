import type { Answer } from '../../src/run/answer.ts';
import { begin, decide, type Run } from '../../src/run/decide.ts';
import type { Effect } from '../../src/run/effect.ts';
import type { Observation } from '../../src/run/observation.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { RunRequest } from '../../src/run/request.ts';
import type { LogLine } from '../../src/run/snapshot.ts';
import { job, pod } from '../failure/build.ts';
import { fault, type Life, Nature, type Weather } from './nature.ts';
import { request } from './request.ts';

interface Stream {
  attempt: number;
  follow: boolean;
  given: readonly LogLine[];
  sent: number;
}

/** A Job, its pod, its log and an API that may fail: all of it consistent, driven by one clock. */
export class Cluster extends Nature {
  run: Run;
  wakeAt: number | undefined;
  outcome: Outcome | undefined;
  finishes = 0;
  delivered = '';
  said: string[] = [];
  private stream: Stream | undefined;
  private queue: { at: number; seen: () => void }[] = [];
  private down = false;
  private watching = false;
  private told = { job: '', pod: '' };
  private idleWakes = 0;
  readonly random: () => number;

  constructor(random: () => number, life: Life, weather: Weather, over: Partial<RunRequest>) {
    super(life, weather);
    this.random = random;
    const first = begin(request(over), this.ours);
    this.run = first.state;
    this.take(first);
  }

  get ours(): number {
    return this.now + this.weather.skew;
  }
  /** One step of time: to the next thing that is due, a second at most. */
  step(): void {
    const next = Math.min(this.now + 1_000, (this.wakeAt ?? Number.POSITIVE_INFINITY) - this.weather.skew);
    const due = this.queue.reduce((least, { at }) => Math.min(least, at), next);
    if (due <= this.now) this.idleWakes++;
    else this.idleWakes = 0;
    if (this.idleWakes > 200) throw new Error(`time stands still in ${where(this.run)}`);
    this.now = Math.max(this.now, due);
    this.blow();
    this.live();
    this.ask();
    for (const item of this.queue.filter(({ at }) => at <= this.now)) {
      this.queue.splice(this.queue.indexOf(item), 1);
      item.seen();
    }
    this.tell();
    this.flow();
    if (this.wakeAt !== undefined && this.wakeAt <= this.ours) this.see({ type: 'tick', at: this.ours });
  }

  /** The board may want the run to stop. */
  private ask(): void {
    const { cancelAt } = this.weather;
    if (cancelAt !== undefined && this.elapsed >= cancelAt && this.elapsed < cancelAt + 1_000) {
      this.see({ type: 'cancel_requested', at: this.ours, reason: 'board' });
    }
  }

  private see(seen: Observation): void {
    if (this.outcome === undefined) this.take(decide(this.run, seen));
  }

  private take({ state, effects, wakeAt }: ReturnType<typeof decide>): void {
    this.run = state;
    this.wakeAt = wakeAt;
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: Effect): void {
    switch (effect.do) {
      case 'deliver':
        this.delivered += effect.chunks.join('');
        return;
      case 'say':
        this.said.push(effect.text);
        return;
      case 'finish':
        this.finishes++;
        this.outcome = effect.outcome;
        return;
      case 'watch':
        this.watching = true;
        return;
      case 'unwatch':
        this.watching = false;
        return;
      case 'unlock_admission':
        return;
      case 'open_log':
        return this.open(effect);
      case 'close_log':
        if (this.stream?.attempt === effect.attempt) this.stream = undefined;
        return;
      default:
        this.later(() => {
          const answer = this.perform(effect);
          this.see({ type: 'answered', to: effect.do, at: this.ours, answer } as Observation);
        });
    }
  }

  private later(seen: () => void): void {
    this.queue.push({ at: this.now + 1 + Math.floor(this.random() * 400), seen });
  }

  private perform(effect: Effect): Answer<unknown> {
    if (effect.do === 'lock_admission') return { ok: true, value: 'locked', serverTime: this.now };
    if (this.down) return fault('unreachable');
    const lost = this.random() < this.weather.faultRate;
    // A request that fails may have been carried out all the same.
    const answer = lost && this.random() < 0.5 ? undefined : this.answer(effect);
    return lost || answer === undefined ? fault('server_error') : answer;
  }

  /** Outages begin and end: streams are cut, watches say so. */
  private blow(): void {
    const down = this.weather.outages.some(([from, to]) => this.elapsed >= from && this.elapsed < to);
    if (down === this.down) return;
    this.down = down;
    if (down && this.stream !== undefined) this.cut('reset');
    if (!this.watching) return;
    const bad = fault('unreachable').fault;
    for (const kind of ['jobs', 'pods'] as const) {
      this.see(
        down
          ? { type: 'watch_degraded', at: this.ours, kind, fault: bad }
          : { type: 'watch_recovered', at: this.ours, kind },
      );
    }
  }

  /** What the watches bring, a moment late. */
  private tell(): void {
    if (this.down || !this.watching) return;
    const at = this.ours;
    const { uid: podUid } = pod();
    if (this.job !== undefined && this.told.job !== this.job.resourceVersion) {
      this.told.job = this.job.resourceVersion;
      this.see({ type: 'job_seen', at, job: this.job });
    }
    if (this.job === undefined && this.told.job !== 'gone') {
      this.told.job = 'gone';
      this.see({ type: 'job_gone', at, uid: job().uid, last: undefined, route: 'watch-deleted' });
    }
    const now = this.pod === undefined ? undefined : this.podNow(this.pod);
    if (now !== undefined && this.told.pod !== now.resourceVersion) {
      this.told.pod = now.resourceVersion;
      this.see({ type: 'pod_seen', at, pod: now });
    }
    if (now === undefined && this.told.pod !== '' && this.told.pod !== 'gone') {
      this.told.pod = 'gone';
      this.see({ type: 'pod_gone', at, uid: podUid, last: undefined, route: 'watch-deleted' });
    }
  }

  private open({ attempt, follow, since }: Extract<Effect, { do: 'open_log' }>): void {
    this.later(() => {
      if (this.down || this.pod === undefined || this.random() < this.weather.faultRate) {
        const kind = this.down ? 'unreachable' : 'server_error';
        this.see({
          type: 'log_ended',
          at: this.ours,
          attempt,
          how: 'refused',
          partial: undefined,
          fault: fault(kind).fault,
        });
        return;
      }
      const from = this.printed.filter(
        ({ stamp }) => since === undefined || (stamp ?? '').slice(0, 19) >= since.slice(0, 19),
      );
      const skipped = this.printed.length - from.length;
      this.stream = { attempt, follow, given: [], sent: skipped };
      this.see({ type: 'log_opened', at: this.ours, attempt });
    });
  }

  /** An open log brings what was printed, and ends as logs end. */
  private flow(): void {
    const { stream } = this;
    if (stream === undefined) return;
    const all = this.printed;
    const fresh = all.slice(stream.sent);
    const some =
      this.random() < this.weather.cutRate ? fresh.slice(0, Math.floor(this.random() * fresh.length)) : fresh;
    stream.sent += some.length;
    const { attempt } = stream;
    if (some.length > 0)
      this.see({ type: 'log_received', at: this.ours, attempt, bytes: some.length * 50, lines: some });
    if (this.stream !== stream) return;
    if (some.length < fresh.length || this.random() < this.weather.cutRate)
      return this.cut(this.random() < 0.5 ? 'clean' : 'reset');
    const over = this.now >= (this.containerEnd ?? Number.POSITIVE_INFINITY);
    if (!stream.follow || over || this.pod === undefined) this.cut('clean');
  }

  private cut(how: 'clean' | 'reset'): void {
    const { stream } = this;
    if (stream === undefined) return;
    // A read that ends by itself is whole or it is no clean end.
    const real = !stream.follow && stream.sent < this.printed.length ? 'reset' : how;
    this.stream = undefined;
    this.see({
      type: 'log_ended',
      at: this.ours,
      attempt: stream.attempt,
      how: real,
      partial: undefined,
      fault: undefined,
    });
  }
}

function where(run: Run): string {
  return run.is === 'held'
    ? JSON.stringify(run.held.phase)
    : run.is === 'admitting'
      ? run.admitting.stage.name
      : run.is;
}
