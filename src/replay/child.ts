import { performance } from 'node:perf_hooks';
import { BundleError } from '../record/read-bundle.ts';
import { contract, type Replayable } from './contract.ts';
import type { Reference } from './judge/judge.ts';
import { type OneInput, type Replayed, referenceBy, replayOne } from './one.ts';

export type Task = ({ do: 'judge' } & OneInput) | { do: 'reference'; path: string };
export type TaskAnswer =
  | { ok: true; replayed: Replayed }
  | { ok: true; reference: Reference }
  | { ok: false; fault: 'bundle' | 'harness'; error: string };

/** A process of its own for one build: two builds share no module, and what one breaks is its own. */
async function main(entry: string): Promise<void> {
  const { replayable } = (await import(entry)) as { replayable?: Replayable };
  if (replayable?.contract !== contract) {
    throw new Error(
      `${entry}: it speaks version ${replayable?.contract} of the replay contract, this is version ${contract}`,
    );
  }
  process.on('message', (task: Task) => {
    void answer(replayable, task).then((answered) => process.send?.(answered));
  });
  process.send?.('ready');
}

async function answer(build: Replayable, task: Task): Promise<TaskAnswer> {
  try {
    if (task.do === 'reference') return { ok: true, reference: await referenceBy(build, task.path) };
    return { ok: true, replayed: await replayOne(build, task, () => performance.now()) };
  } catch (error) {
    if (error instanceof BundleError) return { ok: false, fault: 'bundle', error: error.message };
    return {
      ok: false,
      fault: 'harness',
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

await main(process.argv[2] ?? '');
