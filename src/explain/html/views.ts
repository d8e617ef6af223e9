import type { Explanation } from '../explain.ts';
import type { Scale } from './scale.ts';
import { span } from './time.ts';

/** One piece of the run's time that is drawn on its own. */
export interface View extends Scale {
  name: string;
}

const shortest = 20_000;
const near = { share: 0.1, min: 2_000, max: 60_000 };

/**
 * The whole run first, then its start, what came around its first trouble, and its end: on the whole width a minute of an
 * hour is a few pixels, and most that matters lies in the last moments.
 */
export function viewsOf({ timeline }: Explanation, end: number): View[] {
  const whole: View = { name: `whole run (${span(end)})`, from: 0, to: Math.max(1, end) };
  if (end < shortest) return [whole];
  const width = Math.min(near.max, Math.max(near.min, Math.round(end * near.share)));
  const piece = width === 60_000 ? 'minute' : `${Math.round(width / 1000)} s`;
  const start: View = { name: `first ${piece}`, from: 0, to: width };
  const last: View = { name: `last ${piece}`, from: end - width, to: end };
  const trouble = timeline.find(({ t, marked }) => marked && t > start.to && t < last.from)?.t;
  if (trouble === undefined) return [whole, start, last];
  const from = Math.max(0, trouble - width / 2);
  return [whole, start, { name: 'first trouble', from, to: from + width }, last];
}
