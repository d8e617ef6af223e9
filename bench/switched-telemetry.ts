import type { Transition } from '../src/run/transition.ts';
import { createTelemetry } from '../src/telemetry/telemetry.ts';

/** A stretch of a log: whether telemetry heard of it, and the CPU time in which it was read, in ms. */
export interface Heard {
  heard: boolean;
  cpuMs: number;
}

/** Telemetry that hears of half the stretches of a run's output, and of everything else. */
export class SwitchedTelemetry {
  readonly stretches: Heard[] = [];
  private readonly listener: (transition: Transition) => void;
  private readonly stretchBytes: number;
  private left: number;
  private on = true;
  private cpu = process.cpuUsage();

  constructor(stretchBytes: number) {
    this.stretchBytes = stretchBytes;
    this.left = stretchBytes;
    this.listener = createTelemetry({ buildVersion: 'bench' }).run({ runId: 'run', at: 0, model: 'm' }).listener;
  }

  hear(seen: Transition): void {
    if (this.on || seen.type !== 'output') this.listener(seen);
    if (seen.type === 'output') this.pass(seen.bytes);
  }

  private pass(bytes: number): void {
    this.left -= bytes;
    if (this.left > 0) return;
    const { user, system } = process.cpuUsage(this.cpu);
    this.stretches.push({ heard: this.on, cpuMs: (user + system) / 1000 });
    this.left = this.stretchBytes;
    // On, off, off, on: what comes in a rhythm of its own, such as collections, falls on both alike.
    if (this.stretches.length % 2 === 1) this.on = !this.on;
    this.cpu = process.cpuUsage();
  }
}
