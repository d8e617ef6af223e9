import type { Clock } from '../../src/engine/clock.ts';

/** Real time, so many times as fast: bounds of minutes pass in moments, while sockets stay real. */
export class FastClock implements Clock {
  private readonly begin = Date.now();
  private readonly speed: number;
  private timers = new Set<NodeJS.Timeout>();

  constructor(speed = 100) {
    this.speed = speed;
  }

  now(): number {
    return this.begin + Math.round((Date.now() - this.begin) * this.speed);
  }

  at(at: number, fn: () => void): () => void {
    const timer = setTimeout(
      () => {
        this.timers.delete(timer);
        fn();
      },
      Math.max(0, at - this.now()) / this.speed,
    );
    this.timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.timers.delete(timer);
    };
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.timers.size;
  }
}
