/** Shorter texts are no tokens, and would be found in ordinary words. */
const secretCharsMin = 12;

/** Takes the run's own tokens out of what goes to the host's log. The length stays, and so does every JSON line. */
export function redactor(secrets: Readonly<Record<string, string>>): (text: string) => string {
  const tokens = Object.values(secrets).filter((value) => value.length >= secretCharsMin);
  if (tokens.length === 0) return (text) => text;
  return (text) =>
    tokens.reduce(
      (left, token) => (left.includes(token) ? left.replaceAll(token, '*'.repeat(token.length)) : left),
      text,
    );
}
