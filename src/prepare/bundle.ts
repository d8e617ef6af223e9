import { createHash, randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Where the files beside the instructions lie in the bundle. */
export const instructionsFolder = 'instructions';

/** A folder of this machine, and where it goes in the bundle. */
export interface Tree {
  from: string;
  /** Path components; each must be a plain name. */
  to: readonly string[];
}

export interface Bundle {
  /** Undefined when nothing could be staged. */
  directory: string | undefined;
  warnings: string[];
}

interface File {
  path: string;
  data: Buffer;
  executable: boolean;
}

/** A skill or a set of instructions is text; more than this is a mistake that would fill the volume. */
const maxBytes = 32 * 1024 * 1024;

/**
 * Copies folders to the shared volume under a name made of their content: the same content is there once, and what an
 * agent reads never changes under it. A half-written bundle is never seen: it is written aside and renamed.
 */
export async function stageBundle(trees: readonly Tree[], root: string): Promise<Bundle> {
  const warnings: string[] = [];
  const files: File[] = [];
  for (const { from, to } of trees) {
    const bad = to.find((name) => !/^[A-Za-z0-9._-]+$/.test(name) || /^\.\.?$/.test(name));
    if (bad !== undefined) {
      warnings.push(`skill ${JSON.stringify(bad)}: its name is no plain file name; it is left out`);
      continue;
    }
    try {
      files.push(...(await readTree(from, to.join('/'), maxBytes - sizeOf(files))));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warnings.push(`${to.join('/')}: ${from} can not be staged (${why}); the run goes on without it`);
    }
  }
  if (files.length === 0) return { directory: undefined, warnings };
  const bundles = join(root, '.claude-k8s', 'bundles');
  const directory = join(bundles, nameOf(files));
  try {
    if (!(await exists(directory))) await write(files, directory, join(bundles, `.${randomUUID()}`));
    return { directory, warnings };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warnings.push(`skills and instructions can not be written to ${bundles} (${why}); the run goes on without them`);
    return { directory: undefined, warnings };
  }
}

/** Regular files only: a link could lead anywhere. */
async function readTree(folder: string, to: string, room: number): Promise<File[]> {
  const entries = (await readdir(folder, { withFileTypes: true, recursive: true })).filter((entry) => entry.isFile());
  const files: File[] = [];
  let left = room;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const { size, mode } = await lstat(path);
    left -= size;
    if (left < 0) throw new Error(`more than ${maxBytes} bytes`);
    files.push({
      path: `${to}/${path.slice(folder.length).replace(/^\/+/, '')}`,
      data: await readFile(path),
      executable: (mode & 0o111) !== 0,
    });
  }
  return files;
}

function nameOf(files: readonly File[]): string {
  const hash = createHash('sha256');
  const sorted = files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  for (const { path, data, executable } of sorted) {
    hash.update(`${path}\0${executable}\0${data.length}\0`);
    hash.update(data);
  }
  return hash.digest('hex').slice(0, 32);
}

async function write(files: readonly File[], directory: string, aside: string): Promise<void> {
  try {
    for (const { path, data, executable } of files) {
      const target = join(aside, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, data, { mode: executable ? 0o755 : 0o644 });
    }
    await rename(aside, directory);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another run has written the same content meanwhile.
    if (!(await exists(directory))) throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function sizeOf(files: readonly File[]): number {
  return files.reduce((sum, { data }) => sum + data.length, 0);
}
