import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** One text of the product replaced by another. */
export interface Edit {
  file: string;
  from: string;
  to: string;
}

export interface ChangedBuild {
  /** URL of its replay entry. */
  entry: string;
  remove(): void;
}

const project = fileURLToPath(new URL('../../', import.meta.url));

/** A copy of this build with some of its text replaced. @throws Error for a text that does not stand there exactly once */
export function changedBuild(edits: readonly Edit[]): ChangedBuild {
  const folder = mkdtempSync(join(tmpdir(), 'changed-build-'));
  cpSync(join(project, 'src'), join(folder, 'src'), { recursive: true });
  cpSync(join(project, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    for (const edit of edits) apply(folder, edit);
  } catch (error) {
    remove();
    throw error;
  }
  return { entry: pathToFileURL(join(folder, 'src/replay/entry.ts')).href, remove };
}

function apply(folder: string, { file, from, to }: Edit): void {
  const path = join(folder, 'src', file);
  const text = readFileSync(path, 'utf8');
  const times = text.split(from).length - 1;
  if (times !== 1) throw new Error(`src/${file}: ${JSON.stringify(from)} stands there ${times} times, expected once`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}
