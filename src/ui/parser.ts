import { decode, type Fields } from '../claude/event.ts';
import type { Entry, Said } from './entry.ts';
import { system } from './entry.ts';
import { assistantEntries, userEntries } from './message.ts';
import { rateLimitEntry, unknownEntry } from './notice.ts';
import { resultEntries } from './result.ts';
import { systemEntries } from './system.ts';

/** A message of more blocks than anybody writes is made to hang a page. */
const entriesMax = 200;

/**
 * One line of a run's log as the host's web page shows it. Depends on nothing but the line: the page keeps what it got, and
 * asks in any order. Never throws; a line that cannot be read is shown as it is.
 */
export function parseStdoutLine(line: string, ts: string): Entry[] {
  const said = read(line);
  const shown = said.slice(0, entriesMax);
  if (said.length > entriesMax) shown.push(system(`${said.length - entriesMax} more blocks are not shown`));
  return shown.map((one) => ({ ...one, ts }));
}

function read(line: string): Said[] {
  const decoded = decode(line.trimStart());
  switch (decoded.is) {
    case 'event':
      return entriesOf(decoded.event);
    case 'unreadable':
      return [{ kind: 'stdout', text: line }];
    case 'plain':
      return decoded.text === '' ? [] : [plainEntry(decoded.text)];
  }
}

/** The adapter's own status lines stand among the agent's output; whatever else is no event was printed as it is. */
function plainEntry(text: string): Said {
  return { kind: text.startsWith('[paperclip] ') ? 'system' : 'stdout', text };
}

function entriesOf(event: Fields): Said[] {
  switch (event.type) {
    case 'assistant':
      return assistantEntries(event);
    case 'user':
      return userEntries(event);
    case 'system':
      return systemEntries(event);
    case 'result':
      return resultEntries(event);
    case 'rate_limit_event':
      return [rateLimitEntry(event)];
    case 'stream_event':
      // A piece of a message that comes whole as soon as it is complete.
      return [];
    default:
      return [unknownEntry(event)];
  }
}
