import type { Transition } from '../run/transition.ts';

export interface Progress {
  phase: 'adapter_startup' | 'finalize';
  message: string;
}

/** The host shows no more of a line. */
const shownMax = 180;

/** The live line of the host, where a transition changes what there is to wait for. */
export function progressOf(transition: Transition): Progress | undefined {
  const told = tell(transition);
  if (told === undefined) return undefined;
  const message = told.message.replace(/\s+/g, ' ');
  return { phase: told.phase, message: message.length > shownMax ? `${message.slice(0, shownMax - 3)}...` : message };
}

function tell(transition: Transition): Progress | undefined {
  switch (transition.type) {
    case 'job_created':
      return startup(`Job ${transition.job} created`);
    case 'job_adopted':
      return startup(`Job ${transition.job} of an earlier run adopted`);
    case 'queued':
      return startup(`Job queued${transition.queue ? ` in ${transition.queue}` : ''}`);
    case 'waiting':
      return startup(`Waiting for the pod: ${transition.message ?? transition.reason}`);
    case 'pod_seen':
      return startup(`Pod ${transition.pod} is starting`);
    case 'container_started':
      return startup(`Claude runs in pod ${transition.pod}`);
    case 'silence':
      return startup(`Claude has been silent for ${transition.seconds} s`);
    case 'api_unreachable':
      return startup(`The Kubernetes API has not answered for ${transition.seconds} s`);
    case 'phase_entered':
      return entered(transition.phase);
    default:
      return undefined;
  }
}

function entered(phase: Extract<Transition, { type: 'phase_entered' }>['phase']): Progress | undefined {
  switch (phase) {
    case 'admit':
      return startup('Looking for other Jobs of the agent');
    case 'cancel':
      return { phase: 'finalize', message: 'Stopping the pod' };
    case 'conclude':
      return { phase: 'finalize', message: 'Concluding the run' };
    default:
      return undefined;
  }
}

function startup(message: string): Progress {
  return { phase: 'adapter_startup', message };
}
