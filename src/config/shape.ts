import { isScalar } from './scalar.ts';

/** What came, in words, for an error message. A text is quoted only where its option can never hold a secret, and only a short one. */
export function shapeOf(raw: unknown, quotable: boolean): string {
  if (raw === null) return 'null';
  if (typeof raw === 'string') return textShape(raw, quotable);
  if (Array.isArray(raw)) return `a list of ${raw.length}`;
  if (typeof raw === 'object') return objectShape(raw);
  if (isScalar(raw)) return quotable ? `the ${typeof raw} ${raw}` : `a ${typeof raw}`;
  return `a ${typeof raw}`;
}

/** API keys and tokens are longer than this. */
const quotedCharactersMax = 24;

function textShape(text: string, quotable: boolean): string {
  const short = text.length <= quotedCharactersMax && /^[\x20-\x7e]*$/.test(text);
  return quotable && short ? `the text "${text}"` : `text of ${text.length} characters`;
}

function objectShape(raw: object): string {
  const keys = Object.keys(raw);
  if (keys.length === 0) return 'an empty object';
  return `an object with ${keys.length === 1 ? 'the key' : 'the keys'} ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ', ...' : ''}`;
}
