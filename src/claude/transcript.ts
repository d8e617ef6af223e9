import { decode, type Fields, fieldsIn, isFields, listIn, numberIn, textIn } from './event.ts';
import { saysNothing } from './passed-over.ts';
import { readResult, readUsage } from './result.ts';

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
  /** Of the main turn and its sub-agents, each message once, as far as they are complete. */
  usageSoFar: Usage;
  /** All events of one message carry its id and its usage: counted once, the latest word. */
  lastMessage: { id: string; usage: Usage } | undefined;
}

const emptyUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadInputTokens: 0, cacheCreationInputTokens: 0 };
const keptPlainLines = 5;

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
  usageSoFar: emptyUsage,
  lastMessage: undefined,
};

/** Folds one complete line of output. Never throws. */
export function readLine(transcript: Transcript, line: string): Transcript {
  return readLines(transcript, [line]);
}

/** Folds lines in their order: most say nothing of the run, and are only counted. */
export function readLines(transcript: Transcript, lines: readonly string[]): Transcript {
  if (lines.length === 0) return transcript;
  const read = lines.reduce(readText, transcript);
  return { ...read, lines: transcript.lines + lines.length };
}

function readText(transcript: Transcript, line: string): Transcript {
  if (saysNothing(line)) return transcript;
  const decoded = decode(line);
  switch (decoded.is) {
    case 'event':
      return readEvent(transcript, decoded.event);
    case 'unreadable':
      return { ...transcript, unreadableLines: transcript.unreadableLines + 1 };
    case 'plain':
      return decoded.text === '' ? transcript : readPlain(transcript, decoded.text);
  }
}

function readPlain(transcript: Transcript, text: string): Transcript {
  return {
    ...transcript,
    firstPlainText: transcript.firstPlainText ?? text,
    plainText: [...transcript.plainText.slice(1 - keptPlainLines), text],
    configCorrupt: transcript.configCorrupt || /^Claude configuration file at .* is corrupted/.test(text),
  };
}

function readEvent(transcript: Transcript, event: Fields): Transcript {
  switch (event.type) {
    case 'system':
      return readSystem(transcript, event);
    case 'assistant':
      return readAssistant(transcript, event);
    case 'result':
      return readEnd(transcript, event);
    case 'rate_limit_event':
      return { ...transcript, rateLimit: readRateLimit(event) };
    default:
      return transcript;
  }
}

function readSystem(transcript: Transcript, event: Fields): Transcript {
  switch (event.subtype) {
    case 'init':
      // A finished background task wakes the main turn with a new init: the result before it was not the last.
      return {
        ...transcript,
        inits: transcript.inits + 1,
        sessionId: textIn(event.session_id) ?? transcript.sessionId,
        model: textIn(event.model) ?? transcript.model,
        result: undefined,
      };
    case 'background_tasks_changed':
      return {
        ...transcript,
        outstandingTasks: listIn(event.tasks).flatMap((task) => textIn(fieldsIn(task).task_id) ?? []),
      };
    case 'api_retry': {
      const retry = { status: numberIn(event.error_status), error: textIn(event.error) };
      return { ...transcript, apiRetries: [...transcript.apiRetries, retry] };
    }
    default:
      return transcript;
  }
}

/** Sub-agents' frames carry `parent_tool_use_id`: they cost tokens, but their words are not the main turn's. */
function readAssistant(transcript: Transcript, event: Fields): Transcript {
  const message = fieldsIn(event.message);
  // What Claude Code says in the model's place when the API failed.
  if (message.model === '<synthetic>') return transcript;
  const counted = countUsage(transcript, message);
  if (textIn(event.parent_tool_use_id) !== undefined) return counted;
  const texts = listIn(message.content).flatMap((block) => textIn(fieldsIn(block).text) || []);
  return { ...counted, sawContent: true, lastText: texts.at(-1) ?? counted.lastText, result: undefined };
}

function countUsage(transcript: Transcript, message: Fields): Transcript {
  const id = textIn(message.id);
  if (id === undefined || !isFields(message.usage)) return transcript;
  const usage = readUsage(message.usage);
  const before = transcript.lastMessage?.id === id ? transcript.lastMessage.usage : emptyUsage;
  const total = transcript.usageSoFar;
  return {
    ...transcript,
    lastMessage: { id, usage },
    usageSoFar: {
      inputTokens: total.inputTokens + usage.inputTokens - before.inputTokens,
      outputTokens: total.outputTokens + usage.outputTokens - before.outputTokens,
      cacheReadInputTokens: total.cacheReadInputTokens + usage.cacheReadInputTokens - before.cacheReadInputTokens,
      cacheCreationInputTokens:
        total.cacheCreationInputTokens + usage.cacheCreationInputTokens - before.cacheCreationInputTokens,
    },
  };
}

function readEnd(transcript: Transcript, event: Fields): Transcript {
  if (textIn(event.parent_tool_use_id) !== undefined) return transcript;
  return {
    ...transcript,
    results: transcript.results + 1,
    sessionId: transcript.sessionId ?? textIn(event.session_id),
    result: readResult(event, transcript.lastText),
    permissionDenials: transcript.permissionDenials + listIn(event.permission_denials).length,
  };
}

function readRateLimit(event: Fields): Transcript['rateLimit'] {
  const info = isFields(event.rate_limit_info) ? event.rate_limit_info : event;
  return { resetsAt: numberIn(info.resetsAt), type: textIn(info.rateLimitType), status: textIn(info.status) };
}

/** A result is there and nothing is outstanding: what follows cannot change it except another main turn. */
export function hasFinalResult(transcript: Transcript): boolean {
  return transcript.result !== undefined && transcript.outstandingTasks.length === 0;
}
