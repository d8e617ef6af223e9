import { type Fields, fieldsIn, listIn, numberIn, textIn } from '../claude/event.ts';
import { type Said, system } from './entry.ts';
import { unknownEntry } from './notice.ts';
import { counted, oneLine } from './one-line.ts';

/** What Claude Code says of itself: the begin of a turn, retries, and the tasks that go on beside it. */
export function systemEntries(event: Fields): Said[] {
  switch (event.subtype) {
    case 'init':
      return [{ kind: 'init', model: textIn(event.model) ?? 'unknown', sessionId: textIn(event.session_id) ?? '' }];
    case 'api_retry':
      return [said(retry(event))];
    case 'compact_boundary':
      return [said(compaction(fieldsIn(event.compact_metadata)))];
    case 'background_tasks_changed':
      return [said(outstanding(listIn(event.tasks).map(fieldsIn)))];
    case 'task_started':
      return [said(`task started: ${nameOf(event)}${event.is_backgrounded === true ? ', in the background' : ''}`)];
    case 'task_progress':
      return [said(`task goes on: ${nameOf(event)}${soFar(fieldsIn(event.usage))}`)];
    case 'task_updated':
      return [said(`task ${textIn(fieldsIn(event.patch).status) ?? 'changed'}: ${textIn(event.task_id) ?? ''}`)];
    case 'task_notification':
      return [
        said(`task ${textIn(event.status) ?? 'ended'}: ${textIn(event.summary) ?? ''}${soFar(fieldsIn(event.usage))}`),
      ];
    default:
      return [unknownEntry(event)];
  }
}

function said(text: string): Said {
  return system(oneLine(text));
}

function retry(event: Fields): string {
  const attempt = `API retry ${numberIn(event.attempt) ?? '?'} of ${numberIn(event.max_retries) ?? '?'}`;
  const delayMs = numberIn(event.retry_delay_ms);
  const delay = delayMs === undefined ? '' : ` in ${(delayMs / 1000).toFixed(1)} s`;
  const why = [numberIn(event.error_status), textIn(event.error)].filter((word) => word !== undefined);
  return `${attempt}${delay}${why.length === 0 ? '' : `: ${why.join(' ')}`}`;
}

function compaction(metadata: Fields): string {
  const tokens = numberIn(metadata.pre_tokens);
  const trigger = textIn(metadata.trigger);
  const before = tokens === undefined ? '' : ` at ${counted(tokens, 'token')}`;
  return `conversation compacted${before}${trigger === undefined ? '' : ` (${trigger})`}`;
}

function outstanding(tasks: readonly Fields[]): string {
  if (tasks.length === 0) return 'no background task is left';
  return `${counted(tasks.length, 'background task')}: ${tasks.map(nameOf).join(', ')}`;
}

function nameOf(task: Fields): string {
  const kind = textIn(task.subagent_type) ?? textIn(task.task_type);
  const what = textIn(task.description) ?? textIn(task.task_id) ?? '';
  return kind === undefined ? what : `${what} (${kind})`;
}

function soFar(usage: Fields): string {
  const tokens = numberIn(usage.total_tokens);
  const tools = numberIn(usage.tool_uses);
  return tokens === undefined || tools === undefined
    ? ''
    : ` [${counted(tools, 'tool use')}, ${counted(tokens, 'token')}]`;
}
