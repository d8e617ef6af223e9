import { type Fields, isFields, numberIn, textIn } from '../claude/event.ts';
import { type Said, system } from './entry.ts';
import { oneLine } from './one-line.ts';

/** How far a plan's limit is used up, and when it is lifted. */
export function rateLimitEntry(event: Fields): Said {
  const info = isFields(event.rate_limit_info) ? event.rate_limit_info : event;
  const resetsAt = timeOf(numberIn(info.resetsAt));
  const words = [
    textIn(info.rateLimitType)?.replaceAll('_', ' '),
    textIn(info.status)?.replaceAll('_', ' '),
    resetsAt === undefined ? undefined : `until ${resetsAt}`,
  ];
  return system(oneLine(`rate limit: ${words.filter((word) => word !== undefined).join(', ')}`));
}

/** An event that only a newer Claude Code knows: its name, and what it says of itself in plain words. */
export function unknownEntry(event: Fields): Said {
  const name = [textIn(event.type), textIn(event.subtype)].filter((word) => word !== undefined).join(' ');
  const words = [event.description, event.summary, event.message, event.content, event.status].find(
    (value) => typeof value === 'string' && value !== '',
  );
  return system(oneLine(words === undefined ? `event ${name}` : `event ${name}: ${words}`));
}

/** Seconds since 1970, as long as a calendar has a day for them. */
function timeOf(seconds: number | undefined): string | undefined {
  if (seconds === undefined || Math.abs(seconds) > 8.64e12) return undefined;
  return new Date(seconds * 1000).toISOString();
}
