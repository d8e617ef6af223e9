/** Longest message of a verdict, in bytes of UTF-8. */
export const messageBytesMax = 2048;
const quoteCharsMax = 300;

/** One line: every run of white space, control or separator characters becomes one blank. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** At most `bytesMax` bytes of UTF-8, cut on a character boundary and marked with an ellipsis. */
export function cutBytes(text: string, bytesMax: number): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= bytesMax) return text;
  const ellipsis = '…';
  let end = Math.max(0, bytesMax - 3);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return new TextDecoder().decode(bytes.subarray(0, end)) + (bytesMax >= 3 ? ellipsis : '');
}

export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The text in quotation marks, on one line and of bounded length; undefined when nothing is left of it. */
export function quote(text: string | undefined, charsMax: number = quoteCharsMax): string | undefined {
  const line = oneLine(text ?? '');
  if (line === '') return undefined;
  const characters = [...line];
  return `"${characters.length > charsMax ? `${characters.slice(0, charsMax - 1).join('')}…` : line}"`;
}

/** Looks like stream-json or like a piece of it: such text is log and is never quoted. */
export function isProtocol(line: string): boolean {
  const text = line.trim();
  if (/^[[{]/.test(text) && parses(text)) return true;
  return /^\{"|"(type|subtype|session_id|uuid|parent_tool_use_id|tool_use_id|message|usage)"\s*:/.test(text);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
