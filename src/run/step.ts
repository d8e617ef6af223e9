import type { Effect } from './effect.ts';
import type { Transition } from './transition.ts';

/** What one decision comes to: the new state, what to do in this order, what to tell the listeners, and when to look again. */
export interface Step<State> {
  state: State;
  effects: readonly Effect[];
  transitions: readonly Transition[];
  /** ms since the epoch: a `tick` is wanted at or after this moment even if nothing else happens. Never in the past twice. */
  wakeAt: number | undefined;
}
