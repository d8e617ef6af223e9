import type { Explanation } from '../explain.ts';
import type { Scale } from './scale.ts';
import { span } from './time.ts';

/** One piece of the run's time that is drawn on its own. */
export interface View extends Scale {
  name: string;
}

const near = 60_000;

/**
 * The whole run first. Of a long one also its start, what came around its first trouble and its end: on the whole width a
 * minute of an hour is a few pixels.
 */
export function viewsOf({ timeline }: Explanation, end: number): View[] {
  const whole: View = { name: `whole run (${span(end)})`, from: 0, to: Math.max(1, end) };
  if (end < near * 3) return [whole];
  const start: View = { name: 'first minute', from: 0, to: near };
  const last: View = { name: 'last minute', from: end - near, to: end };
  const trouble = timeline.find(({ t, marked }) => marked && t > start.to && t < last.from)?.t;
  if (trouble === undefined) return [whole, start, last];
  const from = Math.max(0, trouble - near / 2);
  return [whole, start, { name: 'first trouble', from, to: Math.min(end, from + near) }, last];
}
