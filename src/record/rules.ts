import { type Filler, fillNumber } from './filler.ts';
import type { Rule } from './json-bytes.ts';
import { keepKnownWords } from './known-words.ts';
import { replaceSecrets } from './secret-shapes.ts';

/** The rules that all others are made of. */
export interface Rules {
  /** Stays, but for what looks like a secret. */
  keep: Rule;
  /** A word of a protocol stays; anything longer or with blanks is somebody's text. */
  identifier: Rule;
  /** Names and numbers stay, texts are filled. */
  fill: Rule;
  /** Only the shape stays. */
  opaque: Rule;
  /** Of texts only the words by which a failure is told. */
  words: Rule;
}

export function createRules({ fill }: Filler): Rules {
  const scrub = (raw: string) => replaceSecrets(raw, fill);
  return {
    keep: everywhere({ text: scrub, name: scrub }),
    identifier: everywhere({
      text: (raw) => (/^[\w.:<>@/+-]{0,128}$/.test(raw) ? scrub(raw) : fill(raw)),
      name: scrub,
    }),
    fill: everywhere({ text: fill, name: scrub }),
    opaque: everywhere({ text: fill, name: fill, number: fillNumber }),
    words: everywhere({ text: (raw) => wordsOf(raw, fill), name: scrub }),
  };
}

/** Inside of a JSON text a line break is `\n`, a quotation mark `\"`: letters of escapes belong to no word. */
function wordsOf(raw: string, fill: (raw: string) => string): string {
  return raw
    .split(/(\\u[0-9a-fA-F]{4}|\\.)/)
    .map((piece, index) => (index % 2 === 1 ? piece : keepKnownWords(piece, fill)))
    .join('');
}

/** The same rule however deep. */
function everywhere(over: Partial<Pick<Rule, 'text' | 'name' | 'number'>>): Rule {
  const same = (raw: string) => raw;
  const rule: Rule = { text: same, name: same, number: same, member: () => rule, item: () => rule, ...over };
  return rule;
}

/** Another rule for some members; the rest as in `base`, and so on below it. */
export function having(base: Rule, member: (name: string) => Rule | undefined): Rule {
  const rule: Rule = { ...base, member: (name) => member(name) ?? rule, item: () => rule };
  return rule;
}

/** For the items of a list or the value itself. */
export function each(base: Rule, item: Rule): Rule {
  return { ...base, item: () => item, member: () => item };
}
