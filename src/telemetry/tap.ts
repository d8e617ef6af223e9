import type { Transition } from '../run/transition.ts';

export type TransitionListener = (transition: Transition) => void;

/**
 * One listener out of many, told in order. What one of them throws reaches neither the run nor the others; it is
 * handed to `threw` with the listener's name.
 */
export function fanOut(
  listeners: Readonly<Record<string, TransitionListener>>,
  threw: (listener: string, error: unknown) => void,
): TransitionListener {
  const told = Object.entries(listeners);
  return (transition) => {
    for (const [name, hear] of told) {
      try {
        hear(transition);
      } catch (error) {
        threw(name, error);
      }
    }
  };
}
