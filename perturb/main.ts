import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundlesIn } from '../src/replay/bundles-in.ts';
import type { Share } from './share.ts';

/** Plays the recorded incidents with more going wrong, by seed, in several processes. Exit 1: something broke. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '20000' },
    crashes: { type: 'boolean', default: false },
    processes: { type: 'string', default: String(availableParallelism()) },
  },
});

function whole(name: 'seed' | 'count' | 'processes'): number {
  const given = values[name];
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name}: expected a whole number, got ${given}`);
  return number;
}

const seed = whole('seed');
const count = whole('count');
const processes = whole('processes');
const { crashes } = values;
const bundles = await bundlesIn(positionals.length > 0 ? positionals : ['fixtures/incidents']);
if (bundles.length === 0) throw new Error('there is no incident bundle to play');

function play(share: Share): Promise<number> {
  const child = fork(fileURLToPath(new URL('share.ts', import.meta.url)), [JSON.stringify(share)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 2));
  });
}

const what = `${count} perturbations from seed ${seed} on${crashes ? ' and a crash at each moment' : ''}`;
console.log(`${what}, over ${bundles.length} incidents, in ${processes} processes`);
const codes = await Promise.all(
  Array.from({ length: processes }, (_, index) =>
    play({ bundles, from: seed + index, to: seed + count, step: processes, first: crashes ? index : bundles.length }),
  ),
);
const worst = Math.max(...codes);
console.log(worst === 0 ? 'nothing broke' : 'something broke: give the same --seed and --count 1 to see it again');
process.exitCode = worst;
