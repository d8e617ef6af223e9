import { type Fields, fieldsIn, isFields, listIn, numberIn, textIn } from './event.ts';
import type { ClaudeResult, Usage } from './transcript.ts';

/** A `result` event. Its text can be empty although text came before (claude-code#38673): then the last main-turn text stands in. */
export function readResult(event: Fields, lastText: string | undefined): ClaudeResult {
  const models = Object.entries(fieldsIn(event.modelUsage));
  return {
    subtype: textIn(event.subtype) ?? '',
    isError: event.is_error === true,
    text: textIn(event.result) || (lastText ?? ''),
    sessionId: textIn(event.session_id),
    numTurns: numberIn(event.num_turns),
    durationMs: numberIn(event.duration_ms),
    costUsd: numberIn(event.total_cost_usd),
    usage: isFields(event.usage) ? readUsage(event.usage) : undefined,
    modelUsage: Object.fromEntries(models.map(([model, usage]) => [model, readModelUsage(fieldsIn(usage))])),
    apiErrorStatus: numberIn(event.api_error_status),
    terminalReason: textIn(event.terminal_reason),
    errors: listIn(event.errors).flatMap((error) => textIn(error) ?? []),
  };
}

export function readUsage(usage: Fields): Usage {
  return {
    inputTokens: numberIn(usage.input_tokens) ?? 0,
    outputTokens: numberIn(usage.output_tokens) ?? 0,
    cacheReadInputTokens: numberIn(usage.cache_read_input_tokens) ?? 0,
    cacheCreationInputTokens: numberIn(usage.cache_creation_input_tokens) ?? 0,
  };
}

/** The same per model, in camel case, with its cost. */
function readModelUsage(usage: Fields): Usage & { costUsd: number } {
  return {
    inputTokens: numberIn(usage.inputTokens) ?? 0,
    outputTokens: numberIn(usage.outputTokens) ?? 0,
    cacheReadInputTokens: numberIn(usage.cacheReadInputTokens) ?? 0,
    cacheCreationInputTokens: numberIn(usage.cacheCreationInputTokens) ?? 0,
    costUsd: numberIn(usage.costUSD) ?? 0,
  };
}
