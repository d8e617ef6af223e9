/** A status line is read at a glance; what is longer stands whole in the run's log. */
const charsMax = 500;

/** The beginning of a text, on one line. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > charsMax ? `${line.slice(0, charsMax)}…` : line;
}

/** `1 task`, `2 tasks`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
