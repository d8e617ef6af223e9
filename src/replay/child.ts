import { performance } from 'node:perf_hooks';
import { BundleError } from '../record/read-bundle.ts';
import { contract, type Replayable } from './contract.ts';
import { foreignPlayer, isAdapterPackage } from './foreign/package.ts';
import type { Reference } from './judge/judge.ts';
import { inVirtualTime, type OneInput, type Player, type Replayed, referenceBy, replayOne } from './one.ts';

export type Task = ({ do: 'judge' } & OneInput) | { do: 'reference'; path: string };
export type TaskAnswer =
  | { ok: true; replayed: Replayed }
  | { ok: true; reference: Reference }
  | { ok: false; fault: 'bundle' | 'harness'; error: string };

/** A process of its own for one build: two builds share no module, and what one breaks is its own. */
async function main(entry: string, speed: number): Promise<void> {
  const player = playerOf(entry, await import(entry), speed);
  process.on('message', (task: Task) => {
    void answer(player, task).then((answered) => process.send?.(answered));
  });
  process.send?.('ready');
}

/** @throws Error for a module that is neither a build of this product nor an adapter of the host */
function playerOf(entry: string, module: { replayable?: Replayable }, speed: number): Player {
  const { replayable } = module;
  if (replayable === undefined && isAdapterPackage(module)) return foreignPlayer(entry, module, speed);
  if (replayable === undefined)
    throw new Error(`${entry}: it is no adapter: its package exports no ./replay, and no createServerAdapter()`);
  if (replayable.contract === contract) return inVirtualTime(replayable);
  throw new Error(
    `${entry}: it speaks version ${replayable.contract} of the replay contract, this is version ${contract}`,
  );
}

async function answer(player: Player, task: Task): Promise<TaskAnswer> {
  try {
    if (task.do === 'reference') return { ok: true, reference: await referenceBy(player, task.path) };
    return { ok: true, replayed: await replayOne(player, task, () => performance.now()) };
  } catch (error) {
    if (error instanceof BundleError) return { ok: false, fault: 'bundle', error: error.message };
    return {
      ok: false,
      fault: 'harness',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

await main(process.argv[2] ?? '', Number(process.argv[3] ?? 1));
