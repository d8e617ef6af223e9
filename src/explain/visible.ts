/** What a terminal acts on instead of showing it, and what turns text around: all but line breaks and tabs. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** A text of somebody else's, safe to print: ESC is shown as ␛, an override of the direction as <U+202E>. */
export function visible(text: string): string {
  return text.replaceAll(unseen, (sign) => (sign === '\n' || sign === '\t' ? sign : shown(sign)));
}

function shown(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
