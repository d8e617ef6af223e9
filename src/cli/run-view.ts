import type { RunSinks } from '../engine/runtime.ts';
import type { Transition } from '../run/transition.ts';
import type { Printer } from './print.ts';
import { readable } from './readable.ts';

const own = '[paperclip] ';

/** Where a run's output goes on a terminal: the agent's to standard output, our own lines and the live status to standard error. */
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
      if (transition.type === 'phase_entered') phase = transition.phase.replaceAll('_', ' ');
      if (transition.type === 'output') lines += transition.lines;
      if (transition.type === 'run_ended') return printer.status(undefined);
      printer.status(`${phase}: ${textOf(transition) ?? `${lines} lines`}`);
    },
  };
}

function textOf(transition: Transition): string | undefined {
  switch (transition.type) {
    case 'job_created':
    case 'job_adopted':
      return `Job ${transition.job}`;
    case 'waiting':
      return transition.message ?? transition.reason;
    case 'pod_seen':
      return `pod ${transition.pod}`;
    case 'silence':
      return `silent for ${transition.seconds} s`;
    default:
      return undefined;
  }
}
