/** Token counts of a run as Claude Code reports them. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
}

/** The last `result` event of the main turn. */
export interface ClaudeResult {
  subtype: string;
  isError: boolean;
  /** `result.result`, or the last main-turn text when that is empty. */
  text: string;
  sessionId: string | undefined;
  numTurns: number | undefined;
  durationMs: number | undefined;
  costUsd: number | undefined;
  usage: Usage | undefined;
  modelUsage: Readonly<Record<string, Usage & { costUsd: number }>>;
  apiErrorStatus: number | undefined;
  terminalReason: string | undefined;
  errors: readonly string[];
}

/** What the agent's output has said so far: a fold over its lines, nothing else. */
export interface Transcript {
  lines: number;
  inits: number;
  results: number;
  sessionId: string | undefined;
  model: string | undefined;
  /** The last main-turn result; superseded when the main turn goes on after it. */
  result: ClaudeResult | undefined;
  /** Ids in the last `background_tasks_changed`. No result is final while one is outstanding. */
  outstandingTasks: readonly string[];
  /** Some main-turn assistant content was seen (synthetic API-error messages do not count). */
  sawContent: boolean;
  lastText: string | undefined;
  /** First line that was not protocol JSON, for quoting. */
  firstPlainText: string | undefined;
  /** Last few plain-text lines. */
  plainText: readonly string[];
  apiRetries: readonly { status: number | undefined; error: string | undefined }[];
  rateLimit: { resetsAt: number | undefined; type: string | undefined; status: string | undefined } | undefined;
  /** `Claude configuration file at ... is corrupted` was printed. */
  configCorrupt: boolean;
  unreadableLines: number;
  /** Model refusal, permission denials: kept for the diagnosis. */
  permissionDenials: number;
  usageSoFar: Usage;
}

export const emptyTranscript: Transcript = {
  lines: 0,
  inits: 0,
  results: 0,
  sessionId: undefined,
  model: undefined,
  result: undefined,
  outstandingTasks: [],
  sawContent: false,
  lastText: undefined,
  firstPlainText: undefined,
  plainText: [],
  apiRetries: [],
  rateLimit: undefined,
  configCorrupt: false,
  unreadableLines: 0,
  permissionDenials: 0,
  usageSoFar: { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 },
};

/** Folds one complete line of output. Never throws. */
export function readLine(_transcript: Transcript, _line: string): Transcript {
  throw new Error('contract only');
}

/** A result is there and nothing is outstanding: what follows cannot change it except another main turn. */
export function hasFinalResult(transcript: Transcript): boolean {
  return transcript.result !== undefined && transcript.outstandingTasks.length === 0;
}
