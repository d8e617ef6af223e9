import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { bundlesIn } from '../src/replay/bundles-in.ts';
import { Worker } from '../src/replay/worker.ts';
import { median, row, title } from './report.ts';

const incidents = join(import.meta.dirname, '../fixtures/incidents');
const long = join(incidents, 'success/eighteen-minutes/bundle.ndjson.zst');
const build = new URL('../src/replay/entry.ts', import.meta.url).href;
const rounds = 5;
/** In one process: until all is compiled, and after it. */
const warmUp = 20;
const measured = 40;
const many = 1_000;

export async function benchReplay(): Promise<void> {
  const took: number[][] = [];
  for (let round = 0; round < rounds; round++) took.push(await oneProcess(round === 0 ? warmUp + measured : 1));
  const further = took[0]?.slice(warmUp) ?? [];
  title('Replay of recorded incidents');
  row('one of 18 minutes, with the reading of it, ms', median(further).toFixed(0), 'under 50');
  row('the same, the first of its process, beyond its start', median(took.map(([first = 0]) => first)).toFixed(0));
  row(`${many} in one command, s`, ((await oneCommand()) / 1000).toFixed(1), 'under 60');
}

/** Each from its request to its answer; the process has loaded the build before the first. */
async function oneProcess(times: number): Promise<number[]> {
  const worker = new Worker(build);
  const took: number[] = [];
  try {
    await worker.started;
    while (took.length < times) {
      const from = performance.now();
      const answer = await worker.do({ do: 'judge', path: long });
      if (!answer.ok) throw new Error(answer.error);
      took.push(performance.now() - from);
    }
    return took;
  } finally {
    worker.stop();
  }
}

/** The incidents of the fixtures, as often as it takes. */
async function oneCommand(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-replay-'));
  try {
    const all = await bundlesIn([incidents]);
    for (let n = 0; n < many; n++) {
      const from = all[n % all.length] ?? '';
      const to = join(folder, String(n).padStart(4, '0'));
      await mkdir(to);
      await cp(from, join(to, 'bundle.ndjson.zst'));
    }
    const begin = performance.now();
    await command(['replay', folder]);
    return performance.now() - begin;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function command(args: readonly string[]): Promise<void> {
  const main = join(import.meta.dirname, '../src/cli/main.ts');
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`claude-k8s ${args.join(' ')} ended with code ${code}`);
}
