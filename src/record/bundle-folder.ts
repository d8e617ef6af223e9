import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isBundleName } from './bundle-name.ts';

export interface FolderLimits {
  bundles: number;
  bytes: number;
}

export const folderLimits: FolderLimits = { bundles: 500, bytes: 1024 ** 3 };

export interface Removed {
  bundles: number;
  bytes: number;
}

/** Removes the oldest bundles beyond the limits. Several processes may do so at once: each counts what it removed itself. */
export async function boundFolder(directory: string, limits: FolderLimits = folderLimits): Promise<Removed> {
  const names = (await readdir(directory)).filter(isBundleName).sort().reverse();
  const removed: Removed = { bundles: 0, bytes: 0 };
  let bytes = 0;
  let kept = 0;
  for (const name of names) {
    const path = join(directory, name);
    // The latest one stays, however large.
    const size = await sizeOf(path);
    const fits = kept === 0 || (kept < limits.bundles && bytes + size <= limits.bytes);
    if (fits) {
      kept++;
      bytes += size;
    } else if (await remove(path)) {
      removed.bundles++;
      removed.bytes += size;
    }
  }
  return removed;
}

/** 0 when another process was faster. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** One that can not be removed holds up no other. */
async function remove(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch {
    return false;
  }
}
