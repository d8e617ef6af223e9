import type { Clock } from '../engine/clock.ts';
import type { RunHandle } from '../engine/runtime.ts';
import { provenEnd } from '../failure/ending.ts';
import { isTransient } from '../run/answer.ts';
import type { Outcome } from '../run/outcome.ts';
import { meaningOf, reasonText } from './abort-reason.ts';
import type { RunStatus } from './run-status.ts';

/** How long a run goes on while nobody can say whether an abort was a cancel. */
const doubtMs = 30_000;
const askEveryMs = 2_000;

export interface AbortInput {
  signal: AbortSignal;
  clock: Clock;
  /** Asks the host for the run's status; undefined where there is no way to ask. */
  askStatus: (() => Promise<RunStatus>) | undefined;
}

/**
 * Why the host aborted, before anything is touched: `cancel` only on a clear word. A lost lease, a host that can't be
 * asked or has no answer in time is `detach`: the Job lives on, and the next process comes back to it.
 */
export async function learnAbort(
  { signal, clock, askStatus }: AbortInput,
  over: () => boolean = () => false,
): Promise<{ is: 'cancel' | 'detach'; reason: string }> {
  const reason = reasonText(signal.reason) || 'the host aborted without a reason';
  if (meaningOf(reason) === 'cancel') return { is: 'cancel', reason };
  const until = clock.now() + doubtMs;
  while (askStatus !== undefined && !over()) {
    const status = await askStatus();
    if (status === 'cancelled') return { is: 'cancel', reason };
    if (status === 'over' || clock.now() + askEveryMs > until) break;
    await new Promise<void>((resolve) => void clock.at(clock.now() + askEveryMs, resolve));
  }
  return { is: 'detach', reason };
}

export interface Obeyed {
  /** The host asked for a cancel, in a word that leaves no doubt. */
  cancelled(): boolean;
  /** The run is over: what the host still says changes nothing. */
  stop(): void;
}

/** Hands an abort of the host's signal on to the run, as the cancel or the shutdown that it is. */
export function obeyAbort(input: AbortInput, handle: Pick<RunHandle, 'cancel' | 'release'>): Obeyed {
  let over = false;
  let cancelled = false;
  const onAbort = async () => {
    const { is, reason } = await learnAbort(input, () => over);
    cancelled = is === 'cancel';
    if (over) return;
    if (cancelled) handle.cancel(reason);
    else handle.release(reason);
  };
  const listener = () => void onAbort();
  if (input.signal.aborted) listener();
  else input.signal.addEventListener('abort', listener, { once: true });
  return {
    cancelled: () => cancelled,
    stop() {
      over = true;
      input.signal.removeEventListener('abort', listener);
    },
  };
}

/** Whether the agent's process is proven to be there no more: only then is a cancel acknowledged. */
export function isStopped({ evidence, job }: Outcome): boolean {
  if (job === 'left_running' || job === 'not_ours') return false;
  const fault = evidence.refusal?.fault;
  if (fault !== undefined && isTransient(fault)) return false;
  if (evidence.podGone !== undefined || provenEnd(evidence.container) !== undefined) return true;
  if (evidence.pod !== undefined) return false;
  // There never was a Job; or no pod of it was seen, and a cancelled run ends only when the Job is gone.
  return evidence.job === undefined || evidence.stop?.why === 'cancelled';
}
