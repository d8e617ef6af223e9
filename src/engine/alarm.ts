import type { Clock } from './clock.ts';

/** One moment at which to look again. It is put off with every piece of the log: the timer stays, and only then looks when. */
export class Alarm {
  private wantedAt: number | undefined;
  private timer: { at: number; cancel: () => void } | undefined;
  private readonly clock: Clock;
  private readonly ring: () => void;

  constructor(clock: Clock, ring: () => void) {
    this.clock = clock;
    this.ring = ring;
  }

  set(at: number | undefined): void {
    this.wantedAt = at;
    if (at !== undefined && this.timer !== undefined && this.timer.at <= at) return;
    this.timer?.cancel();
    this.timer = at === undefined ? undefined : { at, cancel: this.clock.at(at, () => this.due()) };
  }

  private due(): void {
    this.timer = undefined;
    const at = this.wantedAt;
    if (at === undefined) return;
    if (this.clock.now() < at) return this.set(at);
    this.wantedAt = undefined;
    this.ring();
  }
}
