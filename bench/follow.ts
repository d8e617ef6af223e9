import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { How } from './follow-child.ts';
import type { Followed } from './meter.ts';
import { mebibytes, median, row, times, title } from './report.ts';

const rounds = 5;
const paceBytes = 128 * 2 ** 20;
const target = 128 * 2 ** 20;

interface Flood {
  port: number;
  lines: number;
  bytes: number;
}

export async function benchMemory(): Promise<void> {
  title('Peak memory over idle while one run follows a log');
  for (const bytes of [64 * 2 ** 20, 2 ** 30]) {
    const { flood, followed } = await withFlood(bytes, (one) => follow('ours', one));
    row(
      `log of ${mebibytes(flood.bytes)}`,
      mebibytes(followed.peakRss - followed.idleRss),
      `under ${mebibytes(target)}`,
    );
  }
}

export async function benchPace(): Promise<void> {
  const all: Record<How, Followed[]> = { ours: [], naive: [], adapter: [] };
  await withFlood(paceBytes, async (flood) => {
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

async function withFlood<T>(bytes: number, use: (flood: Flood) => Promise<T>): Promise<{ flood: Flood; followed: T }> {
  const server = fork(join(import.meta.dirname, 'flood-server.ts'), [String(bytes)]);
  try {
    const flood = await answer<Flood>(server);
    return { flood, followed: await use(flood) };
  } finally {
    server.kill();
  }
}

async function follow(how: How, { port, lines }: Flood): Promise<Followed> {
  const child = fork(join(import.meta.dirname, 'follow-child.ts'), [how, `http://127.0.0.1:${port}`]);
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
