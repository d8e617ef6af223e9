import { hostEventOf } from '../host/event-table.ts';
import type { DecisionFrame } from '../record/frame.ts';
import type { Transition } from '../run/transition.ts';

export interface Moment {
  /** ms since the recording began. */
  t: number;
  /** The phase that the run was in, or entered. */
  phase: string;
  text: string;
  /** Worth a second look: a fault, a gap, a loss. */
  marked: boolean;
}

/** What happened to a run, in order: phases, what the cluster showed, and how each stream went. Output is counted, not listed. */
export function timelineOf(decisions: readonly DecisionFrame[]): Moment[] {
  const moments: Moment[] = [];
  let phase = '';
  let output = { lines: 0, bytes: 0 };
  for (const { t, transition } of decisions) {
    if (transition.type === 'output') {
      output = { lines: output.lines + transition.lines, bytes: output.bytes + transition.bytes };
      continue;
    }
    if (transition.type === 'phase_entered') phase = transition.phase;
    const text = textOf(transition, output);
    if (transition.type === 'attempt_ended') output = { lines: 0, bytes: 0 };
    if (text !== undefined) moments.push({ t, phase, text, marked: isTrouble(transition) });
  }
  return moments;
}

function textOf(transition: Transition, output: { lines: number; bytes: number }): string | undefined {
  switch (transition.type) {
    case 'phase_entered':
      return `${transition.phase.replaceAll('_', ' ')}: ${transition.why}`;
    case 'attempt_started': {
      const { attempt, follow, since } = transition;
      return `log stream ${attempt} opened (${follow ? 'follows' : 'reads to the end'}${since ? `, from ${since}` : ''})`;
    }
    case 'attempt_ended': {
      const { attempt, how, duplicates, error } = transition;
      const counted = `${output.lines} new lines, ${duplicates} seen before`;
      return `log stream ${attempt} ended: ${how}, ${counted}${error ? ` (${error})` : ''}`;
    }
    case 'lookup':
      return `the container was looked up: ${transition.state}`;
    case 'grace_ended':
      return `the wait for a sign of life ended: ${transition.how}`;
    case 'note':
      return transition.text;
    default:
      return hostEventOf(transition)?.message;
  }
}

function isTrouble(transition: Transition): boolean {
  switch (transition.type) {
    case 'gap':
    case 'api_unreachable':
    case 'watch_degraded':
    case 'request_retried':
    case 'cleanup_failed':
      return true;
    case 'attempt_ended':
      return transition.how !== 'clean' && transition.how !== 'closed';
    case 'container_ended':
      return transition.exitCode !== 0;
    case 'job_deleted':
      return transition.by !== 'self';
    default:
      return false;
  }
}
