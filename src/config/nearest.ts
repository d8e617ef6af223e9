import { optionKeys } from './options.ts';

/** An unknown key with the key that was probably meant. */
export function unknownKeyText(key: string): string {
  const shown = JSON.stringify(key.length > 80 ? `${key.slice(0, 80)}...` : key);
  const near = nearest(key, optionKeys);
  return near === undefined ? `unknown key ${shown}` : `unknown key ${shown}; did you mean ${near}?`;
}

/** The candidate that a typo is nearest to, ignoring case, `-` and `_`; undefined when more than a third of its letters, rounded up, would have to change. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  const word = plain(typed);
  if (word.length > 80) return undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, plain(candidate)) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.ceil(word.length / 3) ? best.candidate : undefined;
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_]/g, '');
}

/** Levenshtein's distance, one row at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, character] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const swap = (row[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(swap, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? from.length;
}
