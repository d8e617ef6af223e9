import { type Flood, measure, withFlood } from './flood.ts';
import type { How } from './follow-child.ts';
import type { Followed } from './meter.ts';
import { mebibytes, median, row, times, title } from './report.ts';

const rounds = 5;
const paceBytes = 256 * 2 ** 20;
const paceRate = 10_000;
const target = 128 * 2 ** 20;

export async function benchMemory(): Promise<void> {
  title('Peak RSS over idle while one log is followed at full speed');
  const [small, middle, large] = [64, 256, 1024].map((size) => size * 2 ** 20) as [number, number, number];
  const slow = 1_000;
  const fast = 10_000;
  const aim = `under ${mebibytes(target)}`;
  const cases: [string, How, number, number, string?][] = [
    ['a run, 64 MiB written at 1 MiB/s', 'ours', small, slow],
    ['a run, 256 MiB written at 1 MiB/s', 'ours', middle, slow],
    ['a run, 1 GiB written at 1 MiB/s', 'ours', large, slow, aim],
    ['a run, 1 GiB written at 10 MiB/s', 'ours', large, fast, aim],
    ['the same, recorded', 'recorded', large, fast, aim],
    ['the same, each piece of output takes a moment', 'slow', large, fast, aim],
    ["client-node's Log and readline, 1 GiB", 'naive', large, fast],
  ];
  for (const [what, how, bytes, rate, under] of cases) {
    const followed = await withFlood(bytes, rate, (flood) => follow(how, flood));
    row(what, mebibytes(followed.peakRss - followed.idleRss), under);
  }
}

export async function benchPace(): Promise<void> {
  const all: Record<'ours' | 'naive' | 'adapter', Followed[]> = { ours: [], naive: [], adapter: [] };
  await withFlood(paceBytes, paceRate, async (flood) => {
    for (let round = 0; round < rounds; round++) {
      all.naive.push(await follow('naive', flood));
      all.adapter.push(await follow('adapter', flood));
      all.ours.push(await follow('ours', flood));
    }
  });
  const perSecond = (how: keyof typeof all, by: 'wallMs' | 'cpuMs') =>
    median(all[how].map((one) => (one.lines * 1000) / one[by]));
  title(`Lines a second, whole run against client-node's Log into readline (medians of ${rounds})`);
  for (const [by, words] of [
    ['wallMs', 'by the clock'],
    ['cpuMs', 'by CPU time'],
  ] as const) {
    const [ours, naive, adapter] = [perSecond('ours', by), perSecond('naive', by), perSecond('adapter', by)];
    row(`a run: resumable, judged, delivered, ${words}`, Math.round(ours).toLocaleString('en'));
    row(`Log and readline, lines only counted, ${words}`, Math.round(naive).toLocaleString('en'));
    row(`Log and readline, lines parsed and written, ${words}`, Math.round(adapter).toLocaleString('en'));
    row(`a run / lines only counted, ${words}`, times(ours / naive));
    row(`a run / lines parsed and written, ${words}`, times(ours / adapter), '10 x');
  }
}

async function follow(how: How, flood: Flood): Promise<Followed> {
  const followed = await measure<Followed>('follow-child.ts', [how], flood);
  if (followed.lines !== flood.lines) throw new Error(`${how} read ${followed.lines} of ${flood.lines} lines`);
  return followed;
}
