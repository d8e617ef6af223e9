import { systemClock } from '../src/engine/clock.ts';

export interface Measured {
  wallMs: number;
  /** User and system time of this process. */
  cpuMs: number;
  idleRss: number;
  peakRss: number;
}

export type Followed = Measured & { lines: number };

const sampleMs = 10;

/** Measures this process between two moments: its time, and its memory by samples. */
export class Meter {
  private startedAt = 0;
  private cpu = process.cpuUsage();
  private idleRss = 0;
  private peakRss = 0;
  private stop: (() => void) | undefined;

  begin(): void {
    this.idleRss = process.memoryUsage.rss();
    this.peakRss = this.idleRss;
    this.cpu = process.cpuUsage();
    this.startedAt = performance.now();
    this.sample();
  }

  end(): Measured {
    this.sample();
    this.stop?.();
    const wallMs = performance.now() - this.startedAt;
    const { user, system } = process.cpuUsage(this.cpu);
    return { wallMs, cpuMs: (user + system) / 1000, idleRss: this.idleRss, peakRss: this.peakRss };
  }

  private sample(): void {
    this.stop?.();
    this.peakRss = Math.max(this.peakRss, process.memoryUsage.rss());
    this.stop = systemClock.at(systemClock.now() + sampleMs, () => this.sample());
  }
}
