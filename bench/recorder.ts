import { measure, withFlood } from './flood.ts';
import { pairsOf } from './pairs.ts';
import { median, medianLies, percentile, row, title } from './report.ts';
import type { Stretch } from './switched-recorder.ts';

const bytes = 2 ** 30;
const rate = 10_000;
const stretchBytes = 4 * 2 ** 20;
const rounds = 12;
/** Until all is compiled. */
const warmUp = 16;

export async function benchRecorder(): Promise<void> {
  const pairs: { recorded: number; not: number }[] = [];
  const inside: number[] = [];
  await withFlood(bytes, rate, async (flood) => {
    const read = async (clocked: string) => {
      const stretches = await measure<Stretch[]>('recorder-child.ts', [], flood, [`${stretchBytes}`, clocked]);
      return pairsOf(stretches.slice(warmUp), ({ recorded }) => recorded);
    };
    for (let round = 0; round < rounds; round++)
      pairs.push(...(await read('')).map(({ on, off }) => ({ recorded: on.cpuMs, not: off.cpuMs })));
    inside.push(...(await read('clocked')).map(({ on, off }) => on.insideMs / off.cpuMs));
  });
  const more = pairs.map(({ recorded, not }) => recorded / not - 1);
  const [least, most] = medianLies(more);
  title(`CPU time of reading a log, every other 4 MiB recorded (${pairs.length} pairs)`);
  row('not recorded, ns a byte', ((median(pairs.map(({ not }) => not)) * 1e6) / stretchBytes).toFixed(2));
  row('inside of the recorder, with two looks at the clock each', percent(median(inside)), 'under 2 %');
  row('more for the recorder, median of the pairs', percent(median(more)), 'under 2 %');
  row('where that median lies, 95 of 100 times', `${percent(least)} and ${percent(most)}`);
  row('half of the pairs lie between', `${percent(percentile(more, 0.25))} and ${percent(percentile(more, 0.75))}`);
}

function percent(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
