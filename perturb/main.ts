import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { BundleError } from '../src/record/read-bundle.ts';
import { bundlesIn } from '../src/replay/bundles-in.ts';
import type { Share } from './share.ts';

const usage = `npm run perturb -- [--seed <n>] [--count <n>] [--crashes] [--processes <n>] [bundle or folder...]

Plays recorded incidents with more going wrong, by seed, and with --crashes with a host that dies at each moment.
Exits with 0 when nothing broke, 1 when something did, 2 when the command line or a bundle is wrong.`;

const options = {
  seed: { type: 'string', default: '1' },
  count: { type: 'string', default: '20000' },
  crashes: { type: 'boolean', default: false },
  processes: { type: 'string', default: String(availableParallelism()) },
  help: { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const whole = (name: 'seed' | 'count' | 'processes') => {
    const number = Number(values[name]);
    if (Number.isSafeInteger(number) && number >= 1) return number;
    throw new RangeError(`--${name}: expected a whole number from 1, got ${JSON.stringify(values[name])}`);
  };
  const [seed, count, processes] = [whole('seed'), whole('count'), whole('processes')];
  const { crashes } = values;
  const named = positionals.length > 0 ? positionals : ['fixtures/incidents'];
  const bundles = await bundlesIn(named);
  if (bundles.length === 0) throw new RangeError(`no bundle (*.ndjson.zst) in ${named.join(', ')}`);
  const what = `${count} perturbations from seed ${seed} on${crashes ? ' and a crash at each moment' : ''}`;
  console.log(`${what}, over ${bundles.length} incidents, in ${processes} processes`);
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, index) =>
      play({ bundles, from: seed + index, to: seed + count, step: processes, first: crashes ? index : bundles.length }),
    ),
  );
  const worst = Math.max(...codes);
  if (worst === 0) console.log('nothing broke');
  if (worst === 1) console.log('something broke: give the same --seed and --count 1 to see it again');
  return worst;
}

function play(share: Share): Promise<number> {
  const child = fork(fileURLToPath(new URL('share.ts', import.meta.url)), [JSON.stringify(share)], {
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 2));
  });
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: Error) => {
    const expected = error instanceof BundleError || error instanceof RangeError || 'code' in error;
    console.error(`error: ${expected ? error.message : error.stack}`);
    process.exitCode = 2;
  },
);
