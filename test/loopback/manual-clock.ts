import type { Clock } from '../../src/engine/clock.ts';

/** Time that passes only when told to. */
export class ManualClock implements Clock {
  private time: number;
  private timers = new Set<{ at: number; fn: () => void }>();

  constructor(time = Date.parse('2026-11-24T10:00:00Z')) {
    this.time = time;
  }

  now(): number {
    return this.time;
  }

  at(at: number, fn: () => void): () => void {
    const timer = { at, fn };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.timers.size;
  }

  /** ms until the next timer; undefined without one. */
  get next(): number | undefined {
    const times = [...this.timers].map(({ at }) => at - this.time);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.fn();
    }
    this.time = end;
  }
}
