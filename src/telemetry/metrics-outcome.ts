import type { Usage } from '../claude/transcript.ts';
import type { Outcome } from '../run/outcome.ts';
import type { outcomes } from './label-values.ts';
import type { Meters } from './meters.ts';

/** The verdict in four words: a cancel and a hand-over were asked for, they are no failures. */
export function outcomeOf({ verdict: { code } }: Outcome): (typeof outcomes)[number] {
  if (code === null) return 'success';
  if (code === 'cancelled') return 'cancelled';
  return code === 'k8s_run_handed_over' ? 'handed_over' : 'failure';
}

export function meterOutcome(meters: Meters, outcome: Outcome, traceId: string | undefined): void {
  const { code, cause } = outcome.verdict;
  meters.sample('runsFinished', { outcome: outcomeOf(outcome) }, 1, traceId);
  if (code !== null) meters.sample('errors', { code, cause: cause ?? 'none' }, 1, traceId);
  if (code === 'claude_truncated') meters.sample('truncations', { cause: cause ?? 'unknown' }, 1, traceId);
  // Whoever adopts the Job reads its log from the start and counts all of it.
  if (code !== 'k8s_run_handed_over') meterUsage(meters, outcome);
}

function meterUsage(meters: Meters, { result, evidence: { transcript, model } }: Outcome): void {
  const byModel = Object.entries(result?.modelUsage ?? {});
  for (const [name, usage] of byModel) {
    meterTokens(meters, name, usage);
    meters.sample('cost', { model: name }, usage.costUsd);
  }
  if (byModel.length > 0) return;
  const name = transcript.model ?? model ?? 'unknown';
  meterTokens(meters, name, result?.usage ?? transcript.usageSoFar);
  if (result?.costUsd !== undefined) meters.sample('cost', { model: name }, result.costUsd);
}

function meterTokens(meters: Meters, model: string, usage: Usage): void {
  const total = usage.inputTokens + usage.outputTokens + usage.cacheReadInputTokens + usage.cacheCreationInputTokens;
  // A run that never spoke to a model must not use up one of the names that are kept apart.
  if (total === 0) return;
  meters.sample('tokens', { model, type: 'input' }, usage.inputTokens);
  meters.sample('tokens', { model, type: 'output' }, usage.outputTokens);
  meters.sample('tokens', { model, type: 'cache_read' }, usage.cacheReadInputTokens);
  meters.sample('tokens', { model, type: 'cache_creation' }, usage.cacheCreationInputTokens);
}
