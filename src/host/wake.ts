import { type Fields, fieldsIn, isFields, listIn, textIn } from '../claude/event.ts';
import { word } from './word.ts';

/** Parts of a wake that are told in words below; everything else in it follows as JSON, so that nothing is lost. */
const told = ['reason', 'issue', 'comments', 'commentIds', 'latestCommentId', 'agentMessage', 'continuationSummary'];
const bookkeeping = ['commentWindow', 'truncated', 'fallbackFetchNeeded'];

export interface WakeInput {
  resumed: boolean;
  /** The task's own text is in the prompt already: its description is not said twice. */
  withoutDescription: boolean;
}

/** Why the agent was woken, for its prompt. Empty when the host says nothing. */
export function renderWake(wake: unknown, { resumed, withoutDescription }: WakeInput): string {
  if (!isFields(wake) || Object.keys(wake).length === 0) return '';
  const issue = fieldsIn(wake.issue);
  const sections = [
    resumed ? '## What is new in your task' : '## Why you were woken',
    facts(wake, issue, resumed),
    withoutDescription ? undefined : section('Description', textIn(issue.description)),
    section('Message to you', textIn(fieldsIn(wake.agentMessage).text)),
    section('Summary of the work so far', textIn(fieldsIn(wake.continuationSummary).body)),
    comments(wake),
    rest(wake),
  ];
  return sections.filter((text) => text !== undefined && text !== '').join('\n\n');
}

function facts(wake: Fields, issue: Fields, resumed: boolean): string {
  const name = [word(issue.identifier) ?? word(issue.id), word(issue.title)].filter(Boolean).join(' ');
  const lines = [
    resumed ? 'You continue a session that you began earlier; what follows came since then.' : undefined,
    line('Reason', word(wake.reason)),
    line('Issue', name || undefined),
    line('Status', word(issue.status)),
    line('Priority', word(issue.priority)),
    line('Work mode', word(issue.workMode)),
    line('Latest comment', word(wake.latestCommentId)),
    isPartial(wake) ? '- Not everything fits here: read the rest of the thread through the Paperclip API.' : undefined,
  ];
  return lines.filter((text) => text !== undefined).join('\n');
}

function isPartial(wake: Fields): boolean {
  return wake.truncated === true || wake.fallbackFetchNeeded === true;
}

function comments(wake: Fields): string | undefined {
  const shown = listIn(wake.comments).flatMap((value) => {
    const comment = fieldsIn(value);
    const body = word(comment.body);
    if (body === undefined) return [];
    const author = fieldsIn(comment.author);
    const by = [word(author.type), word(author.id)].filter(Boolean).join(' ') || 'unknown';
    const head = [word(comment.id), `by ${by}`, word(comment.createdAt)].filter(Boolean).join(', ');
    return [`#### Comment ${head}\n${body}${comment.bodyTruncated === true ? '\n(cut off)' : ''}`];
  });
  return shown.length === 0 ? undefined : `### New comments, oldest first\n\n${shown.join('\n\n')}`;
}

function rest(wake: Fields): string | undefined {
  const left = Object.entries(wake).filter(
    ([key, value]) => !told.includes(key) && !bookkeeping.includes(key) && says(value),
  );
  if (left.length === 0) return undefined;
  return `### Further details\n\n\`\`\`json\n${JSON.stringify(Object.fromEntries(left), null, 2)}\n\`\`\``;
}

function says(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '' || value === 0) return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function section(title: string, body: string | undefined): string | undefined {
  return body === undefined || body.trim() === '' ? undefined : `### ${title}\n\n${body.trim()}`;
}

function line(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : `- ${name}: ${value}`;
}
