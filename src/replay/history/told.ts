import type { Frame } from '../../record/frame.ts';
import type { Transition } from '../../run/transition.ts';
import type { History } from './history.ts';

/** The next process is nobody in the cluster: who hands a Job over to it was told to. */
const toNextProcess = /^the next process \((.*)\)$/s;

/** What the recorded run was told by its host: a cancel, or that the process goes away. What it decided by itself is not told. */
export function toldIn(frames: readonly Frame[]): History['told'] {
  const transitions = frames.flatMap((frame) => (frame.f === 'decision' ? [frame.transition] : []));
  const end = transitions.find((transition) => transition.type === 'run_ended');
  return end === undefined ? unfinished(transitions) : stopIn(end);
}

function stopIn({ outcome }: Extract<Transition, { type: 'run_ended' }>): History['told'] {
  const { stop } = outcome.evidence;
  if (stop?.why === 'cancelled') return [{ at: stop.at, what: 'cancel', reason: stop.reason }];
  const reason = stop?.why === 'handed_over' ? toNextProcess.exec(stop.to)?.[1] : undefined;
  return stop === undefined || reason === undefined ? [] : [{ at: stop.at, what: 'shutdown', reason }];
}

/** The recording was cut before the run had ended. */
function unfinished(transitions: readonly Transition[]): History['told'] {
  return transitions.flatMap((transition): History['told'] => {
    const isCancel = transition.type === 'phase_entered' && transition.phase === 'cancel';
    return isCancel && transition.why === 'cancelled'
      ? [{ at: transition.at, what: 'cancel', reason: 'cancelled' }]
      : [];
  });
}
