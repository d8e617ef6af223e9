import type { Clock } from '../../src/engine/clock.ts';

/** A clock that stands until it is told to go on; what is due then is called in order, with room for promises between. */
export class TestClock implements Clock {
  private time = Date.parse('2026-11-23T10:00:00Z');
  private waiting: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.time;
  }

  at(at: number, fn: () => void): () => void {
    const entry = { at, fn };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((one) => one !== entry);
    };
  }

  async pass(ms: number): Promise<void> {
    const until = this.time + ms;
    for (;;) {
      await settled();
      const next = this.waiting.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0];
      if (next === undefined) break;
      this.waiting = this.waiting.filter((one) => one !== next);
      this.time = Math.max(this.time, next.at);
      next.fn();
    }
    this.time = until;
  }
}

/** Every promise that can go on has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
