/** What is shown of a list that may be long, in its order, and how long it is. */
export interface Sample<T> {
  shown: readonly T[];
  all: number;
}

/** At most so many: what matters first, then the beginning and the end of the rest. */
export function sampleOf<T>(items: readonly T[], max: number, matters: (item: T) => boolean): Sample<T> {
  if (items.length <= max) return { shown: items, all: items.length };
  const important = ends(
    items.filter((item) => matters(item)),
    Math.floor(max * 0.6),
  );
  const chosen = new Set([
    ...important,
    ...ends(
      items.filter((item) => !matters(item)),
      max - important.length,
    ),
  ]);
  return { shown: items.filter((item) => chosen.has(item)), all: items.length };
}

function ends<T>(items: readonly T[], max: number): readonly T[] {
  if (items.length <= max) return items;
  const first = Math.ceil(max / 2);
  return [...items.slice(0, first), ...items.slice(items.length - (max - first))];
}

/** A text of the bundle's, no longer than a person reads. */
export function cut(text: string, max = 600): string {
  const signs = text.length > max ? [...text.slice(0, max * 2)] : [];
  return signs.length > max ? `${signs.slice(0, max - 1).join('')}…` : text;
}
