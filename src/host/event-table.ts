import type { ReconnectReason, Transition } from '../run/transition.ts';
import type { HostEvent } from './context.ts';

type Told = Pick<HostEvent, 'message' | 'payload'> & { level?: HostEvent['level'] };

/**
 * A transition as an event of the host's run, `claude_k8s.<what>`; undefined for those that come with every chunk of
 * output or that others tell better. Messages carry no output of the agent's.
 */
export function hostEventOf(transition: Transition): HostEvent | undefined {
  const told = tell(transition);
  if (told === undefined) return undefined;
  const { message, payload, level = 'info' } = told;
  const at = new Date(transition.at).toISOString();
  const shown = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  return { eventType: `claude_k8s.${nameOf(transition)}`, stream: 'system', level, message, payload: { at, ...shown } };
}

function nameOf(transition: Transition): string {
  return transition.type === 'run_ended' ? 'verdict' : transition.type;
}

function tell(transition: Transition): Told | undefined {
  switch (transition.type) {
    case 'job_created': {
      const { job, uid, suspended } = transition;
      return { message: `Job ${job} created`, payload: { job, uid, suspended } };
    }
    case 'job_adopted': {
      const { job, uid, fromRunId } = transition;
      return {
        message: `Job ${job} adopted from run ${fromRunId ?? 'unknown'}`,
        payload: { job, uid, fromRunId },
      };
    }
    case 'job_withdrawn': {
      const { job, why } = transition;
      return { message: `Job ${job} withdrawn before it started: ${why}`, payload: { job, why } };
    }
    case 'queued':
      return {
        message: `queued${transition.queue ? ` in ${transition.queue}` : ''}`,
        payload: { queue: transition.queue },
      };
    case 'waiting': {
      const { reason, message } = transition;
      return { message: `waiting: ${reason}${message ? `: ${message}` : ''}`, payload: { reason, detail: message } };
    }
    case 'pod_seen': {
      const { pod, uid, node } = transition;
      return { message: `pod ${pod}${node ? ` on node ${node}` : ''}`, payload: { pod, uid, node } };
    }
    case 'container_started':
      return { message: `Claude started in pod ${transition.pod}`, payload: { pod: transition.pod } };
    case 'container_ended': {
      const { pod, exitCode, reason } = transition;
      const why = reason === undefined ? '' : ` (${reason})`;
      return {
        message: `Claude's container ended with exit code ${exitCode}${why}`,
        level: exitCode === 0 ? 'info' : 'warn',
        payload: { pod, exitCode, reason },
      };
    }
    case 'run_ended':
      return verdict(transition);
    default:
      return trouble(transition);
  }
}

const readOn: Readonly<Record<ReconnectReason, string>> = {
  ended: 'its stream ended',
  reset: 'its stream was cut',
  refused: 'the API refused it',
  idle: 'nothing came for long',
  gap_check: 'to prove that nothing is missing',
  fragment: 'its last line was cut off',
};

/** What went wrong on the way, most of it healed by itself. */
function trouble(transition: Transition): Told | undefined {
  switch (transition.type) {
    case 'gap': {
      const { after, before, why } = transition;
      return { message: `lines of the log are missing: ${why}`, level: 'warn', payload: { after, before, why } };
    }
    case 'reconnect_started': {
      const { reason, delayMs } = transition;
      return { message: `the log is read on: ${readOn[reason]}`, payload: { reason, delayMs } };
    }
    case 'api_unreachable': {
      const { seconds, fault } = transition;
      const message = `the Kubernetes API has not answered for ${seconds} s: ${fault}`;
      return { message, level: 'warn', payload: { seconds, fault } };
    }
    case 'silence':
      return { message: `silent for ${transition.seconds} s`, payload: { seconds: transition.seconds } };
    case 'verified': {
      const { answer, route } = transition;
      return { message: `the Job was looked for directly: ${answer}`, payload: { answer, route } };
    }
    case 'job_deleted': {
      const { by, route } = transition;
      return { message: `Job deleted by ${by}`, level: by === 'self' ? 'info' : 'warn', payload: { by, route } };
    }
    case 'cleanup_failed': {
      const { call, fault } = transition;
      return { message: `clean-up failed: ${call}: ${fault}`, level: 'warn', payload: { call, fault } };
    }
    case 'request_retried': {
      const { call, fault, tries } = transition;
      return { message: `${call} is tried again: ${fault}`, payload: { call, fault, tries } };
    }
    default:
      return undefined;
  }
}

function verdict({ outcome }: Extract<Transition, { type: 'run_ended' }>): Told {
  const { code, cause, message, exitCode, notes } = outcome.verdict;
  return {
    message: code === null ? 'succeeded' : message,
    level: code === null || code === 'cancelled' || code === 'k8s_run_handed_over' ? 'info' : 'error',
    payload: {
      code: code ?? 'success',
      cause: cause ?? undefined,
      exitCode: exitCode ?? undefined,
      notes,
      job: outcome.job,
    },
  };
}
