import { systemClock } from '../src/engine/clock.ts';
import { bundlesIn } from '../src/replay/bundles-in.ts';

const patienceMs = 5_000;
const everyMs = 50;

/** The bundle in a folder, once it is there: a run may end before its recording is written. */
export async function bundleOf(folder: string): Promise<string | undefined> {
  const until = systemClock.now() + patienceMs;
  while (systemClock.now() < until) {
    const [found] = await bundlesIn([folder]);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => void systemClock.at(systemClock.now() + everyMs, resolve));
  }
  return undefined;
}
