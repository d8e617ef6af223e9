import type { Tracer } from '@opentelemetry/api';
import type { Transition } from '../../../src/run/transition.ts';
import type { Telemetry } from '../../../src/telemetry/telemetry.ts';
import { succeeded } from '../../telemetry/outcomes.ts';

type Untimed = Transition extends infer T ? (T extends unknown ? Omit<T, 'at'> : never) : never;

/**
 * What no recorded incident has in it, because it takes hours, a broken disk or a defect of ours: told to the real telemetry
 * at the place where the product tells it.
 */
export const told = {
  /** Three runs that begin and are not heard of again: they stay active until the process ends. */
  threeBegin: (telemetry) => {
    for (const run of ['a', 'b', 'c']) tell(telemetry, run, begins(run));
  },
  ownDeletes: (telemetry) =>
    tell(
      telemetry,
      'deleting',
      ...Array.from({ length: 12 }, (): Untimed => ({ type: 'job_deleted', by: 'self', route: 'own-delete' })),
    ),
  silence: (telemetry) => tell(telemetry, 'silent', begins('silent'), { type: 'silence', seconds: 2_400 }),
  /** More than the bound of one run; what was left out is counted when it ends. */
  tooMuch(telemetry, tracer) {
    const notes = Array.from({ length: 300 }, (): Untimed => ({ type: 'note', text: 'more of the same' }));
    const reconnects = Array.from({ length: 500 }, (): Untimed[] => [
      { type: 'reconnect_started', reason: 'ended', delayMs: 500 },
      { type: 'reconnect_ended' },
    ]);
    const steps: Untimed[] = [
      begins('long'),
      ...notes,
      ...reconnects.flat(),
      { type: 'run_ended', outcome: succeeded },
    ];
    const { listener, traceId } = telemetry.run({ runId: 'long', at: Date.now(), tracer });
    for (const step of steps) listener({ ...step, at: Date.now() });
    return traceId;
  },
  unowned: (telemetry) => telemetry.setUnownedJobs(2),
  exporterAway: (telemetry) => telemetry.health.report('exporter_unreachable', 'http://127.0.0.1:4318 does not answer'),
  listenerThrows: (telemetry) => {
    const { listener } = telemetry.run({
      runId: 'thrown',
      at: Date.now(),
      listeners: {
        host() {
          throw new Error('the host can not take it');
        },
      },
    });
    listener({ type: 'note', text: 'something', at: Date.now() });
  },
  bundleFails: (telemetry) => telemetry.recorderListener.bundles('failed', 1, 0),
  bundlesWritten(telemetry) {
    telemetry.recorderListener.bundles('written', 2, 120_000);
    telemetry.recorderListener.bundles('removed', 1, 60_000);
  },
  recorderDrops: (telemetry) => telemetry.recorderListener.dropped(4_096),
} as const satisfies Record<string, (telemetry: Telemetry, tracer: Tracer) => unknown>;

export type Tale = keyof typeof told;

function tell(telemetry: Telemetry, runId: string, ...steps: readonly Untimed[]): void {
  const at = Date.now();
  const { listener } = telemetry.run({ runId, at });
  for (const step of steps) listener({ ...step, at });
}

function begins(runId: string): Untimed {
  return { type: 'run_started', runId, agentId: 'scout', namespace: 'agents', jobName: `ac-scout-${runId}` };
}
