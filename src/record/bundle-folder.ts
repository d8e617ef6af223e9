import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBundleName } from './bundle-name.ts';

export interface FolderLimits {
  bundles: number;
  bytes: number;
}

export const folderLimits: FolderLimits = { bundles: 500, bytes: 1024 ** 3 };

/** Removes the oldest bundles beyond the limits. Several processes may do so at once. @returns how many went */
export async function boundFolder(directory: string, limits: FolderLimits = folderLimits): Promise<number> {
  const names = (await readdir(directory)).filter(isBundleName).sort().reverse();
  let bytes = 0;
  let kept = 0;
  let removed = 0;
  for (const name of names) {
    const path = join(directory, name);
    // The latest one stays, however large.
    const size = await sizeOf(path);
    const fits = kept === 0 || (kept < limits.bundles && bytes + size <= limits.bytes);
    if (fits) {
      kept++;
      bytes += size;
      continue;
    }
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    // Another process was faster.
    return 0;
  }
}
