import { fieldsIn, textIn } from '../claude/event.ts';

/** What an abort of the host's signal means by itself: the host also aborts when it loses its lease in the database. */
export type AbortMeaning = 'cancel' | 'unclear';

/** The text of `signal.reason`, whatever it is. */
export function reasonText(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return textIn(reason) ?? textIn(fieldsIn(reason).message) ?? textIn(fieldsIn(reason).reason) ?? '';
}

/** Only the word itself counts, and not beside a lease: a lost lease of a cancelled run looks like that of a living one. */
export function meaningOf(text: string): AbortMeaning {
  return /\bcancel(l?ed|l?ing|lation)\b/i.test(text) && !/\blease\b/i.test(text) ? 'cancel' : 'unclear';
}
