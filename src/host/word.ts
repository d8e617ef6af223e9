import { textIn } from '../claude/event.ts';

/** A text with something in it, without the blanks around it. */
export function word(value: unknown): string | undefined {
  const text = textIn(value)?.trim();
  return text === '' ? undefined : text;
}
