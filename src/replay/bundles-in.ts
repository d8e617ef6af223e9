import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const ending = '.ndjson.zst';

/** Files as they are named; of a folder all bundles in it and below, by name: that is by time. */
export async function bundlesIn(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (what) => what.isDirectory(),
      () => false,
    );
    if (!isFolder) found.push(path);
    else found.push(...(await below(path)));
  }
  return found;
}

async function below(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
