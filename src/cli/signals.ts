import type { RunHandle, Runtime } from '../engine/runtime.ts';
import { exitCode } from './exit-code.ts';
import type { Printer } from './print.ts';

export interface Listening {
  /** Resolves when the process was told to end and has waited long enough for the run to let go of its Job. */
  readonly left: Promise<'left'>;
  stop(): void;
}

/** Ctrl-C while nothing is asked of the cluster but what is there: nothing has to be undone, and nobody waited for. */
export function listenBefore(printer: Printer): () => void {
  const onInterrupt = () => {
    printer.err('interrupted before anything was created');
    process.exit(exitCode.cancelled);
  };
  process.on('SIGINT', onInterrupt);
  return () => void process.off('SIGINT', onInterrupt);
}

export interface Meanwhile {
  readonly interrupted: AbortSignal;
  /** What the command then exits with. */
  readonly exit: number;
  stop(): void;
}

/** Ctrl-C and the like end work whose results are told one by one, once it is said how far it came. A second one ends the process. */
export function listenMeanwhile(printer: Printer, howFar: () => string): Meanwhile {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const controller = new AbortController();
  let exit: number = exitCode.cancelled;
  const stop = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    stop();
    printer.err(`interrupted: ${howFar()}`);
    if (signal !== 'SIGINT') exit = exitCode.handedOver;
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    interrupted: controller.signal,
    get exit() {
      return exit;
    },
    stop,
  };
}

/** Ctrl-C cancels, and a second one leaves at once; SIGTERM and a closed terminal let go of the Job, which lives on. */
export function listenToSignals(handle: RunHandle, runtime: Runtime, printer: Printer, whatStays: string): Listening {
  const { promise: left, resolve } = Promise.withResolvers<'left'>();
  let asked = false;
  const onInterrupt = () => {
    if (asked) {
      printer.status(undefined);
      printer.err(`left without waiting; what may still be there: ${whatStays}`);
      process.exit(exitCode.cancelled);
    }
    asked = true;
    printer.err('cancelling the run; press Ctrl-C again to leave without waiting');
    handle.cancel('interrupted from the terminal');
  };
  const onTerminate = (signal: NodeJS.Signals) => void runtime.shutdown(signal).then(() => resolve('left'));
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  process.on('SIGHUP', onTerminate);
  return {
    left,
    stop() {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
      process.off('SIGHUP', onTerminate);
    },
  };
}
