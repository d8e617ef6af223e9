import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { bundlesIn } from '../../src/replay/bundles-in.ts';
import { goldenPath, incidents, keptGolden, replayWithGolden } from './golden.ts';

/** `npm run derive`: writes the golden of every recorded incident anew, and names those that changed. */
for (const bundle of await bundlesIn([incidents])) {
  const { golden } = await replayWithGolden(bundle);
  const kept = await keptGolden(bundle);
  if (JSON.stringify(kept) === JSON.stringify(golden)) continue;
  await writeFile(goldenPath(bundle), `${JSON.stringify(golden, null, 2)}\n`);
  process.stdout.write(`${relative(process.cwd(), goldenPath(bundle))}\n`);
}
