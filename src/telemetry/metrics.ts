import type { PhaseName, Transition } from '../run/transition.ts';
import type { Meters } from './meters.ts';
import { meterCluster } from './metrics-cluster.ts';
import { meterOutcome, outcomeOf } from './metrics-outcome.ts';
import { meterStream } from './metrics-stream.ts';
import type { TransitionListener } from './tap.ts';

/** What is remembered of one run between its transitions. Times are ms since the epoch. */
export interface RunMemory {
  startedAt: number | undefined;
  phases: Map<PhaseName, number>;
  reconnectAt: number | undefined;
}

export interface RunMeter {
  /** Counts one run; `traceId` is that of its sampled trace, and becomes the exemplar. */
  listen(traceId: string | undefined): TransitionListener;
}

/** Counts runs from their transitions. One for a process: the gauges are over all runs. */
export function createRunMeter(meters: Meters): RunMeter {
  const gauges = new RunGauges(meters);
  return {
    listen(traceId) {
      const memory: RunMemory = { startedAt: undefined, phases: new Map(), reconnectAt: undefined };
      return (t) => {
        gauges.hear(memory, t);
        meterRun(meters, memory, t, traceId);
      };
    },
  };
}

/** Gauges over the runs that are active. */
class RunGauges {
  private readonly meters: Meters;
  private readonly active = new Set<RunMemory>();
  private readonly silent = new Map<RunMemory, number>();

  constructor(meters: Meters) {
    this.meters = meters;
  }

  hear(run: RunMemory, t: Transition): void {
    if (!this.changedBy(run, t)) return;
    this.meters.sample('runsActive', {}, this.active.size);
    this.meters.sample('runsSilent', {}, this.silent.size);
    this.meters.sample('silence', {}, Math.max(0, ...this.silent.values()));
  }

  private changedBy(run: RunMemory, t: Transition): boolean {
    if (t.type === 'run_started') {
      this.active.add(run);
      return true;
    }
    // A run that has ended is silent for ever, and no news.
    if (t.type === 'silence' && this.active.has(run)) {
      this.silent.set(run, t.seconds);
      return true;
    }
    if (t.type === 'output') return this.silent.delete(run);
    if (t.type !== 'run_ended') return false;
    this.silent.delete(run);
    return this.active.delete(run);
  }
}

function meterRun(meters: Meters, run: RunMemory, t: Transition, traceId: string | undefined): void {
  switch (t.type) {
    case 'run_started':
      run.startedAt = t.at;
      meters.sample('runsStarted', {}, 1, traceId);
      return;
    case 'phase_entered':
      run.phases.set(t.phase, t.at);
      return;
    case 'phase_left':
      phaseLeft(meters, run, t, traceId);
      return;
    case 'run_ended':
      if (run.startedAt !== undefined) {
        const labels = { outcome: outcomeOf(t.outcome) };
        meters.sample('runDuration', labels, Math.max(0, t.at - run.startedAt) / 1000, traceId);
      }
      meterOutcome(meters, t.outcome, traceId);
      return;
    case 'attempt_ended':
    case 'reconnect_started':
    case 'reconnect_ended':
    case 'output':
    case 'gap':
    case 'verified':
    case 'lookup':
    case 'condition_lag':
    case 'grace_ended':
      meterStream(meters, run, t, traceId);
      return;
    case 'job_created':
    case 'job_adopted':
    case 'job_withdrawn':
    case 'request_retried':
    case 'waiting':
    case 'queued':
    case 'container_ended':
    case 'api_unreachable':
    case 'watch_degraded':
    case 'job_deleted':
    case 'cleanup_failed':
      meterCluster(meters, t, traceId);
      return;
    // Not counted: a pod and the start of its container end the schedule phase, whose duration is; an attempt is counted
    // when it ends; a note is free text; a silence is a gauge.
    case 'pod_seen':
    case 'container_started':
    case 'attempt_started':
    case 'silence':
    case 'note':
      return;
  }
}

function phaseLeft(
  meters: Meters,
  run: RunMemory,
  t: Extract<Transition, { type: 'phase_left' }>,
  traceId: string | undefined,
): void {
  const enteredAt = run.phases.get(t.phase);
  run.phases.delete(t.phase);
  if (enteredAt === undefined || t.phase === 'ended') return;
  meters.sample('phaseDuration', { phase: t.phase }, Math.max(0, t.at - enteredAt) / 1000, traceId);
}
