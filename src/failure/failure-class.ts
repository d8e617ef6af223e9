import type { PhaseName } from '../run/transition.ts';
import type { Cause } from './causes.ts';

/** How the host may act on a failure of its own accord; absent where nothing should be tried again. */
export type ErrorFamily = 'transient_upstream' | 'provider_quota' | 'model_refusal';

export interface FailureClass {
  /** The phase in which the failure is decided. */
  phase: PhaseName;
  /** What happened, as the first clause of a message. */
  title: string;
  meaning: string;
  /** What to do when the cause says nothing better. */
  remedy: string;
  severity: 'info' | 'warning' | 'critical';
  /** Where to look first. */
  blame: 'configuration' | 'cluster' | 'provider' | 'claude' | 'host' | 'nobody';
  /** `later`: the same request may succeed. `host`: the host decides by its own policy. */
  retry: 'never' | 'later' | 'host';
  errorFamily: ErrorFamily | undefined;
  /** The causes that can stand beside the code. Empty: it stands alone. Not empty: it always has one of them. */
  causes: readonly Cause[];
}

/** Somebody or something outside the process took the pod away. */
export const disruptions = ['evicted', 'preempted', 'node_lost', 'node_shutdown', 'evicted_by_api', 'tainted'] as const;

/** What ends a process whose exit code is known and is not 0. */
export const endings = ['oom_killed', ...disruptions, 'sigterm', 'sigkill', 'crash', 'claude_config_corrupt'] as const;
