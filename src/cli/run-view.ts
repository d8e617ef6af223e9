import type { RunSinks } from '../engine/runtime.ts';
import type { Transition } from '../run/transition.ts';
import type { Printer } from './print.ts';
import { readable } from './readable.ts';

const own = '[paperclip] ';

/**
 * Where a run's output goes: the agent's to standard output; to standard error our own lines, and how far it is: as one
 * live line on a terminal, else as a line for each step.
 */
export function runView(printer: Printer, how: { raw: boolean; silent: boolean; quiet: boolean }): RunSinks {
  let phase = 'starting';
  let lines = 0;
  let rest = '';

  function agent(line: string): void {
    if (how.silent) return;
    if (how.raw) return printer.raw(`${line}\n`);
    const text = readable(line);
    if (text !== undefined) printer.out(text);
  }

  return {
    log(text) {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (!line.startsWith(own)) agent(line);
        else if (!how.quiet) printer.err(line);
      }
    },
    transition(transition: Transition) {
      if (how.quiet) return;
      if (transition.type === 'phase_entered') phase = transition.phase.replaceAll('_', ' ');
      if (transition.type === 'output') lines += transition.lines;
      if (transition.type === 'run_ended') return printer.status(undefined);
      const detail = textOf(transition);
      if (printer.live) printer.status([phase, detail ?? (lines > 0 ? `${lines} lines` : '...')].join(': '));
      else if (detail !== undefined && isStep(transition)) printer.err(`${own}${detail}`);
    },
  };
}

/** What is new once and for all. Of the rest the run itself says what matters. */
function isStep({ type }: Transition): boolean {
  return type === 'job_created' || type === 'container_started' || type === 'container_ended';
}

function textOf(transition: Transition): string | undefined {
  switch (transition.type) {
    case 'job_created':
      return `created Job ${transition.job}`;
    case 'job_adopted':
      return `adopted Job ${transition.job}`;
    case 'waiting':
      return transition.message ?? transition.reason;
    case 'pod_seen':
      return `pod ${transition.pod}`;
    case 'container_started':
      return `the agent runs in pod ${transition.pod}`;
    case 'container_ended':
      return `the agent ended with exit code ${transition.exitCode}`;
    case 'silence':
      return `silent for ${transition.seconds} s`;
    default:
      return undefined;
  }
}
