import type { DecisionFrame } from '../../record/frame.ts';
import type { History } from './history.ts';

/** The next process is nobody in the cluster: who hands a Job over to it was told to. */
const toNextProcess = /^the next process \((.*)\)$/s;

/** What the recorded run was told by its host: a cancel, or that the process goes away. */
export function toldIn(decisions: readonly DecisionFrame[]): History['told'] {
  return decisions.flatMap(({ transition }): History['told'] => {
    if (transition.type !== 'run_ended') return [];
    const { stop } = transition.outcome.evidence;
    if (stop?.why === 'cancelled') return [{ at: stop.at, what: 'cancel', reason: stop.reason }];
    const reason = stop?.why === 'handed_over' ? toNextProcess.exec(stop.to)?.[1] : undefined;
    return stop === undefined || reason === undefined ? [] : [{ at: stop.at, what: 'shutdown', reason }];
  });
}
