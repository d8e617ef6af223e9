import type { Usage } from '../claude/transcript.ts';
import type { Outcome } from '../run/outcome.ts';
import type { HostUsage } from './adapter-result.ts';

/**
 * Tokens of one run. The sum over models counts sub-agents too, which the result's own figure leaves out; without a
 * result it is what the messages so far have cost. Undefined when nothing was spent.
 */
function usageOf({ result, evidence }: Outcome): HostUsage | undefined {
  const models = Object.values(result?.modelUsage ?? {});
  const counts = models.length > 0 ? models : [result?.usage ?? evidence.transcript.usageSoFar];
  const usage = counts.map(hostUsage).reduce(add);
  return usage.inputTokens + usage.outputTokens + usage.cachedInputTokens > 0 ? usage : undefined;
}

/** Of all runs of one `execute`. */
export function sumUsage(outcomes: readonly Outcome[]): HostUsage | undefined {
  const all = outcomes.flatMap((outcome) => usageOf(outcome) ?? []);
  return all.length === 0 ? undefined : all.reduce(add);
}

export function sumCost(outcomes: readonly Outcome[]): number | undefined {
  const all = outcomes.flatMap(({ result }) => result?.costUsd ?? []);
  return all.length === 0 ? undefined : all.reduce((sum, cost) => sum + cost);
}

function hostUsage(usage: Usage): HostUsage {
  return {
    inputTokens: usage.inputTokens + usage.cacheCreationInputTokens,
    outputTokens: usage.outputTokens,
    cachedInputTokens: usage.cacheReadInputTokens,
  };
}

function add(one: HostUsage, other: HostUsage): HostUsage {
  return {
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cachedInputTokens: one.cachedInputTokens + other.cachedInputTokens,
  };
}
