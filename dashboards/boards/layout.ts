import type { Board, Panel } from './model.ts';

export interface Place {
  x: number;
  y: number;
  w: number;
  h: number;
}

export interface Placed {
  /** Stays with a panel as long as none is put before it. */
  id: number;
  panel: Panel;
  /** From the top of its row. */
  place: Place;
}

export interface PlacedRow {
  id: number;
  title: string;
  panels: readonly Placed[];
  height: number;
}

const columns = 24;

/** Panels side by side, as many as fit, then below the tallest of them. Ids of a row's panels begin at its own. */
export function layOut({ rows }: Board): readonly PlacedRow[] {
  return rows.map(({ title, panels }, index) => {
    const id = (index + 1) * 100;
    const places = placesOf(panels);
    return {
      id,
      title,
      panels: panels.map((panel, at) => ({ id: id + at + 1, panel, place: places[at] ?? { x: 0, y: 0, w: 1, h: 1 } })),
      height: Math.max(0, ...places.map(({ y, h }) => y + h)),
    };
  });
}

function placesOf(panels: readonly Panel[]): readonly Place[] {
  let [x, y, tallest] = [0, 0, 0];
  return panels.map(({ width, height }) => {
    if (x + width > columns) [x, y, tallest] = [0, y + tallest, 0];
    const place = { x, y, w: width, h: height };
    x += width;
    tallest = Math.max(tallest, height);
    return place;
  });
}
