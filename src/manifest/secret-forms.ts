/** A refusal quotes a value that was quoted already, and its answer is JSON. */
const depth = 3;

/**
 * All forms in which an API or a program writes a text that it quotes: as it is, and within JSON or Go's `%q`, up to three times.
 * Go's JSON writes `&`, `<` and `>` as escapes, others as they are. Most texts have one form.
 */
export function quotedForms(text: string): string[] {
  const all = new Set([text]);
  let last = [text];
  for (let times = 0; times < depth; times++) {
    last = [...new Set(last.flatMap((form) => [escaped(form), goEscaped(form)]))].filter((form) => !all.has(form));
    for (const form of last) all.add(form);
  }
  return [...all];
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function goEscaped(text: string): string {
  return escaped(text).replaceAll(
    /[&<>\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
