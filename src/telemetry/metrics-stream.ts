import type { Transition } from '../run/transition.ts';
import type { Meters } from './meters.ts';
import type { RunMemory } from './metrics.ts';

type OfStream = Extract<
  Transition,
  {
    type:
      | 'attempt_ended'
      | 'reconnect_started'
      | 'reconnect_ended'
      | 'output'
      | 'gap'
      | 'verified'
      | 'lookup'
      | 'condition_lag'
      | 'grace_ended';
  }
>;

/** Counts what has to do with the log and with the questions after its end. */
export function meterStream(meters: Meters, run: RunMemory, t: OfStream, traceId: string | undefined): void {
  switch (t.type) {
    case 'attempt_ended':
      meters.sample('attempts', { how: t.how }, 1, traceId);
      meters.sample('receivedBytes', {}, t.bytes);
      meters.sample('duplicates', {}, t.duplicates);
      return;
    case 'reconnect_started':
      run.reconnectAt = t.at;
      meters.sample('reconnects', { reason: t.reason }, 1, traceId);
      return;
    case 'reconnect_ended':
      if (run.reconnectAt === undefined) return;
      meters.sample('reconnectDuration', {}, Math.max(0, t.at - run.reconnectAt) / 1000, traceId);
      run.reconnectAt = undefined;
      return;
    case 'output':
      meters.sample('lines', {}, t.lines);
      meters.sample('bytes', {}, t.bytes);
      return;
    case 'gap':
      meters.sample('gaps', {}, 1, traceId);
      return;
    case 'verified':
      meters.sample('verifications', { answer: t.answer, route: t.route }, 1, traceId);
      return;
    case 'lookup':
      meters.sample('lookups', { state: t.state }, 1, traceId);
      if (t.attempt > 1) meters.sample('lookupRetries', {}, 1, traceId);
      return;
    case 'condition_lag':
      meters.sample('conditionLag', {}, t.seconds, traceId);
      return;
    case 'grace_ended':
      meters.sample('grace', { how: t.how }, 1, traceId);
      return;
  }
}
