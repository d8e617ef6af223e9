/** `2026-01-02T03:04:05Z`, `2026-01-02T03:04:05.000000000+02:30` */
const stampMin = 20;
export const stampMax = 35;

const second = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d`;
const inZulu = new RegExp(String.raw`^${second}(?:\.\d+)?Z$`);
const withOffset = new RegExp(String.raw`^(${second})(\.\d+)?([+-](?:[01]\d|2[0-3]):[0-5]\d)$`);

/** The stamp that a word is, in UTC; nodes elsewhere stamp with their offset. The fraction is kept to the nanosecond. */
export function stampIn(word: string): string | undefined {
  if (word.length < stampMin || word.length > stampMax) return undefined;
  if (inZulu.test(word)) return word;
  const [, seconds = '', fraction = '', offset] = withOffset.exec(word) ?? [];
  if (offset === undefined) return undefined;
  return `${new Date(`${seconds}${offset}`).toISOString().slice(0, 19)}${fraction}Z`;
}
