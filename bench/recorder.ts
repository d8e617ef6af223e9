import { measure, withFlood } from './flood.ts';
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
      pairs.push(...pairsOf(stretches.slice(warmUp)));
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

/** Each stretch that was recorded with the one after it that was not, and the other way round. */
function pairsOf(stretches: readonly Stretch[]) {
  return stretches.slice(1).flatMap((one, index) => {
    const other = stretches[index];
    if (other === undefined || index % 2 === 1) return [];
    const [recorded, not] = one.recorded ? [one, other] : [other, one];
    return [{ recorded: recorded.cpuMs, not: not.cpuMs }];
  });
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
