import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { How } from './follow-child.ts';
import type { Followed } from './meter.ts';
import { mebibytes, median, row, times, title } from './report.ts';

const rounds = 5;
const paceBytes = 256 * 2 ** 20;
const paceRate = 10_000;
const target = 128 * 2 ** 20;

interface Flood {
  port: number;
  lines: number;
}

export async function benchMemory(): Promise<void> {
  title('Peak RSS over idle while one log is followed at full speed');
  const [small, large] = [64 * 2 ** 20, 2 ** 30];
  const slow = 1_000;
  const fast = 10_000;
  const cases: [string, How, number, number, string[], string?][] = [
    ['a run, 64 MiB written at 1 MiB/s', 'ours', small, slow, []],
    ['a run, 1 GiB written at 1 MiB/s', 'ours', large, slow, [], `under ${mebibytes(target)}`],
    ['a run, 1 GiB written at 10 MiB/s', 'ours', large, fast, [], `under ${mebibytes(target)}`],
    ['the same with --max-semi-space-size=4', 'ours', large, fast, ['--max-semi-space-size=4']],
    ["client-node's Log and readline, 1 GiB", 'naive', large, fast, []],
  ];
  for (const [what, how, bytes, rate, flags, aim] of cases) {
    const followed = await withFlood(bytes, rate, (flood) => follow(how, flood, flags));
    row(what, mebibytes(followed.peakRss - followed.idleRss), aim);
  }
}

export async function benchPace(): Promise<void> {
  const all: Record<How, Followed[]> = { ours: [], naive: [], adapter: [] };
  await withFlood(paceBytes, paceRate, async (flood) => {
    for (let round = 0; round < rounds; round++) {
      all.naive.push(await follow('naive', flood));
      all.adapter.push(await follow('adapter', flood));
      all.ours.push(await follow('ours', flood));
    }
  });
  const perSecond = (how: How, by: 'wallMs' | 'cpuMs') => median(all[how].map((one) => (one.lines * 1000) / one[by]));
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

async function withFlood<T>(bytes: number, rate: number, use: (flood: Flood) => Promise<T>): Promise<T> {
  const server = fork(join(import.meta.dirname, 'flood-server.ts'), [String(bytes), String(rate)]);
  try {
    return await use(await answer<Flood>(server));
  } finally {
    server.kill();
  }
}

async function follow(how: How, { port, lines }: Flood, execArgv: string[] = []): Promise<Followed> {
  const child = fork(join(import.meta.dirname, 'follow-child.ts'), [how, `http://127.0.0.1:${port}`], {
    execArgv,
  });
  const followed = await answer<Followed>(child);
  if (followed.lines !== lines) throw new Error(`${how} read ${followed.lines} of ${lines} lines`);
  return followed;
}

/** The one message of a child that measures; a child that ends without it has failed. */
function answer<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as T));
    child.once('exit', (code) => reject(new Error(`a process of the benchmark ended with ${code}`)));
  });
}
