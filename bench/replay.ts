import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { bundlesIn } from '../src/replay/bundles-in.ts';
import { Worker } from '../src/replay/worker.ts';
import { median, row, title } from './report.ts';

const root = join(import.meta.dirname, '..');
const incidents = join(root, 'fixtures/incidents');
const long = join(incidents, 'success/eighteen-minutes/bundle.ndjson.zst');
const short = join(incidents, 'success/short/bundle.ndjson.zst');
const main = join(root, 'dist/cli/main.js');
const rounds = 9;
/** In one process: until all is compiled, and after it. */
const warmUp = 20;
const measured = 40;
const many = 1_000;

/** Of the package as it is built: so it is in whoever's hands it is. */
export async function benchReplay(): Promise<void> {
  if (!existsSync(main)) throw new Error(`${main} is not there: npm run build`);
  const took: number[][] = [];
  for (let round = 0; round < rounds; round++) took.push(await oneProcess(round === 0 ? warmUp + measured : 1));
  const further = took[0]?.slice(warmUp) ?? [];
  title('Replay of recorded incidents');
  row('one of 18 minutes, with the reading of it, ms', median(further).toFixed(0), 'under 50');
  row('the same, the first of its process, beyond its start', median(took.map(([first = 0]) => first)).toFixed(0));
  const whole: Record<'long' | 'short' | 'nothing', number[]> = { long: [], short: [], nothing: [] };
  for (let round = 0; round < rounds; round++) {
    whole.long.push(await node([main, 'replay', long]));
    whole.short.push(await node([main, 'replay', short]));
    whole.nothing.push(await node(['--eval', '0']));
  }
  const beyond = (other: 'short' | 'nothing') => (median(whole.long) - median(whole[other])).toFixed(0);
  row('the command for it, beyond the same for a run of 7 s', beyond('short'), 'under 50');
  row('the command for it, beyond a Node that does nothing', beyond('nothing'));
  row(`${many} in one command, s`, ((await oneCommand()) / 1000).toFixed(1), 'under 60');
}

/** Each from its request to its answer; the process has loaded the build before the first. */
async function oneProcess(times: number): Promise<number[]> {
  const part = (name: string) => pathToFileURL(join(root, 'dist/replay', name));
  const worker = new Worker(part('entry.js').href, { script: part('child.js') });
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
    return await node([main, 'replay', folder]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long it took, ms. */
async function node(args: readonly string[]): Promise<number> {
  const from = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => {
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with code ${code}`);
  return performance.now() - from;
}
