import { type FailureCode, isFailureCode } from '../failure/table.ts';
import type { Transition } from '../run/transition.ts';
import { other } from './closed.ts';

/** What went wrong: a word from a closed set, and a sentence. */
export interface TransitionError {
  type: string;
  message: string;
}

type Of<T extends Transition['type']> = Extract<Transition, { type: T }>;
/** The transitions that can end something as failed. */
export type Ending = Of<'phase_left' | 'attempt_ended' | 'lookup' | 'run_ended'>;

/** A cancel and a hand-over are what was asked for: nothing failed. */
const asked: ReadonlySet<string> = new Set<FailureCode>(['cancelled', 'k8s_run_handed_over']);

/** What failed with it. An attempt that was cut is an error of its own, also when the next one goes on from the cursor. */
export function errorOf(t: Ending): TransitionError | undefined {
  switch (t.type) {
    case 'phase_left':
      if (t.error === undefined || asked.has(t.error)) return undefined;
      return { type: isFailureCode(t.error) ? t.error : other, message: t.error };
    case 'attempt_ended': {
      const failed = t.how === 'reset' || t.how === 'refused' || t.error !== undefined;
      return failed ? { type: t.how, message: t.error ?? t.how } : undefined;
    }
    case 'lookup': {
      const unanswered = t.state === 'lagging' || t.state === 'unreachable';
      return unanswered ? { type: t.state, message: `the container's end is ${t.state}` } : undefined;
    }
    case 'run_ended': {
      const { code, message } = t.outcome.verdict;
      return code === null || asked.has(code) ? undefined : { type: code, message };
    }
  }
}
