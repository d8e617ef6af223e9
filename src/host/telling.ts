import type { Outcome } from '../run/outcome.ts';
import type { Transition } from '../run/transition.ts';
import type { HostContext } from './context.ts';
import { politely } from './courtesy.ts';
import type { RefusedRun } from './refusal.ts';
import { createReporter } from './reporter.ts';
import type { Shared } from './shared.ts';

/** Who hears of one run: the trace, the metrics, the host, and whoever else listens. */
export interface Telling {
  traceparent: string | undefined;
  traceId: string | undefined;
  transition(transition: Transition): void;
  /** A status line of ours in the run's log. */
  say(text: string): Promise<void>;
  /** What is known of a run that ends before the core was asked. */
  run(namespace: string | undefined): RefusedRun;
  /** Tells the end of such a run, so that it is counted and traced like every other. */
  ended(outcome: Outcome): Outcome;
  flushed(): Promise<void>;
}

export interface TellingInput {
  host: HostContext;
  shared: Shared;
  model: string | undefined;
  parent: string | undefined;
}

export function beginTelling({ host, shared, model, parent }: TellingInput): Telling {
  const { clock, telemetry } = shared;
  const { runId, agent, tracer, calls } = host;
  const startedAt = clock.now();
  const reporter = createReporter(calls, clock, () => traced.traceId);
  const traced = telemetry.run({
    runId,
    at: startedAt,
    tracer,
    parent,
    model,
    listeners: { host: reporter.hear },
  });
  return {
    traceparent: traced.traceparent,
    traceId: traced.traceId,
    transition: traced.listener,
    say: (text) => politely(() => calls.onLog?.('stdout', `[paperclip] ${text.replaceAll(/\s*\n\s*/g, ' ')}\n`)),
    run: (namespace) => ({ runId, agentId: agent.id, namespace, startedAt, at: clock.now() }),
    ended(outcome) {
      const { namespace, jobName, at } = outcome.evidence;
      traced.listener({ type: 'run_started', at: startedAt, runId, agentId: agent.id, namespace, jobName });
      traced.listener({ type: 'run_ended', at, outcome });
      return outcome;
    },
    flushed: reporter.flushed,
  };
}
