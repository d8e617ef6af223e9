/** How the delivered lines differ from the written ones. */
export interface LineBalance {
  written: number;
  delivered: number;
  /** Written and not delivered. */
  lost: number;
  /** Delivered more often than written, or out of order. */
  doubled: number;
}

/** Compares in order: equal lines are as many lines as they are. An elided line can be any line, by its place. */
export function balanceOf(written: readonly string[], delivered: readonly string[]): LineBalance {
  let next = 0;
  let lost = 0;
  let doubled = 0;
  const where = placesOf(written);
  for (const line of delivered) {
    const place = where.get(line)?.find((index) => index >= next);
    if (place === undefined) {
      doubled++;
      continue;
    }
    lost += place - next;
    next = place + 1;
  }
  lost += written.length - next;
  return { written: written.length, delivered: delivered.length, lost, doubled };
}

function placesOf(lines: readonly string[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  lines.forEach((line, index) => {
    const known = places.get(line);
    if (known === undefined) places.set(line, [index]);
    else known.push(index);
  });
  return places;
}
