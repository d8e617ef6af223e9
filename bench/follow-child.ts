import { followNaive, followNaiveAdapter } from './follow-naive.ts';
import { followOurs, followRecorded, followSlow } from './follow-ours.ts';
import { Meter } from './meter.ts';

/** One reading in a process of its own, so that its memory and its compiled code are its own too. */
const readers = {
  ours: followOurs,
  slow: followSlow,
  recorded: followRecorded,
  naive: followNaive,
  adapter: followNaiveAdapter,
};
export type How = keyof typeof readers;

const [how = '', url = ''] = process.argv.slice(2);
const reader = Object.entries(readers).find(([name]) => name === how)?.[1];
if (reader === undefined) throw new Error(`unknown reader ${how}: ${Object.keys(readers).join(', ')}`);
process.send?.(await reader(url, new Meter()));
process.disconnect?.();
