import type { Observation } from './observation.ts';
import type { RunRequest } from './request.ts';
import type { Step } from './step.ts';

/** CONTRACT STUB: opaque to everyone but the core. */
export interface Run {
  readonly request: RunRequest;
}

export function begin(_request: RunRequest, _at: number): Step<Run> {
  throw new Error('contract only');
}

/** Folds one observation in. After the `finish` effect nothing more comes. */
export function decide(_run: Run, _observation: Observation): Step<Run> {
  throw new Error('contract only');
}
