import { isOptionKey, optionOf } from '../config/options.ts';
import { readPairs } from '../config/pairs.ts';
import { flagOf } from './config-flags.ts';

/** API keys and tokens are longer than this. */
const quotedCharactersMax = 24;

/** Which value of a repeated flag is no pair, in the words of the flag: a file or a form may hold other things there. */
export function oddPair(error: string, keys: ReadonlyMap<string, unknown>): string | undefined {
  const [key, given] = [...keys].find(([name]) => error.startsWith(`${name}: expected `)) ?? [];
  if (key === undefined || !isOptionKey(key) || !Array.isArray(given)) return undefined;
  const { kind } = optionOf(key);
  if (kind.is !== 'pairs') return undefined;
  const odd: unknown = given.find((one) => !readPairs([one], kind).ok);
  return typeof odd === 'string' ? `${flagOf(key)}: expected key=value, got ${shown(odd)}` : undefined;
}

function shown(text: string): string {
  return text.length <= quotedCharactersMax ? JSON.stringify(text) : `text of ${text.length} characters`;
}
