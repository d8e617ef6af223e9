import { followWakeAt } from './follow.ts';
import { patienceWakeAt } from './patience.ts';
import { flowWakeAt } from './phases/flow.ts';
import { haltWakeAt } from './phases/halt.ts';
import { type Held, logView } from './run.ts';
import { vigilWakeAt } from './vigil.ts';

/** The first moment at which time alone brings something to do. What is not acted upon in a phase must not wake it. */
export function nextWake(run: Held): number | undefined {
  if (run.phase.name === 'ended') return undefined;
  const due = [vigilWakeAt(run), ...phaseWakes(run)].filter((time) => time !== undefined && Number.isFinite(time));
  return due.length === 0 ? undefined : Math.min(...(due as number[]));
}

function phaseWakes(run: Held): (number | undefined)[] {
  const { phase } = run;
  const log = followWakeAt(run.follow, logView(run.facts));
  switch (phase.name) {
    case 'schedule': {
      return [phase.events.dueAt, startWakeAt(phase)];
    }
    case 'stream':
    case 'grace':
      return [log, flowWakeAt(run)];
    case 'cancel':
      return [log, phase.step === 'wait' ? undefined : phase.asking.dueAt, haltWakeAt(run)];
    case 'verify':
    case 'pod_lookup':
    case 'cleanup':
      return [phase.asking.dueAt];
    case 'ended':
      return [];
  }
}

/** While the cluster is asked once more its answer is waited for, not the patience, which is over. */
function startWakeAt({ look, patience }: Extract<Held['phase'], { name: 'schedule' }>): number | undefined {
  switch (look.is) {
    case 'asking':
      return look.asking.dueAt;
    case 'events':
      return undefined;
    case 'not_yet':
    case 'taken':
      return patienceWakeAt(patience);
  }
}
