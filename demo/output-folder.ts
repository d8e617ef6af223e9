import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../src/engine/clock.ts';
import { bundlesIn } from '../src/replay/bundles-in.ts';

const patienceMs = 5_000;
const everyMs = 50;

export interface OutputFolder {
  page: string;
  /** What this run recorded, once it is there: a run may end before its recording is written. */
  bundle(): Promise<string | undefined>;
}

/** Only the page is made anew. What earlier runs recorded stays: one of them may be what is played now. */
export async function openOutput(folder: string): Promise<OutputFolder> {
  const page = join(folder, 'report.html');
  await mkdir(folder, { recursive: true });
  await rm(page, { force: true });
  const before = new Set(await bundlesIn([folder]));
  return {
    page,
    async bundle() {
      const until = systemClock.now() + patienceMs;
      while (systemClock.now() < until) {
        const found = (await bundlesIn([folder])).find((path) => !before.has(path));
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => void systemClock.at(systemClock.now() + everyMs, resolve));
      }
      return undefined;
    },
  };
}
