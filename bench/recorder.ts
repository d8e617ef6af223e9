import { measure, withFlood } from './flood.ts';
import { pairsOf } from './pairs.ts';
import { median, percentile, row, title } from './report.ts';
import type { Stretch } from './switched-recorder.ts';

const bytes = 2 ** 30;
const rate = 10_000;
const stretchBytes = 4 * 2 ** 20;
const rounds = 6;
/** Until all is compiled. */
const warmUp = 16;

export async function benchRecorder(): Promise<void> {
  const pairs: { recorded: number; not: number }[] = [];
  await withFlood(bytes, rate, async (flood) => {
    for (let round = 0; round < rounds; round++) {
      const stretches = await measure<Stretch[]>('recorder-child.ts', [], flood, [`${stretchBytes}`]);
      const all = pairsOf(stretches.slice(warmUp), ({ recorded }) => recorded);
      pairs.push(...all.map(({ on, off }) => ({ recorded: on.cpuMs, not: off.cpuMs })));
    }
  });
  const more = pairs.map(({ recorded, not }) => recorded / not - 1);
  const sum = (which: 'recorded' | 'not') => pairs.reduce((all, pair) => all + pair[which], 0);
  title(`CPU time of reading a log, every other 4 MiB recorded (${pairs.length} pairs)`);
  row('not recorded, ns a byte', ((median(pairs.map(({ not }) => not)) * 1e6) / stretchBytes).toFixed(2));
  row('more for the recorder, median of the pairs', percent(median(more)), 'under 2 %');
  row('half of the pairs lie between', `${percent(percentile(more, 0.25))} and ${percent(percentile(more, 0.75))}`);
  row('more for the recorder, of all together', percent(sum('recorded') / sum('not') - 1), 'under 2 %');
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
