import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A command of Debian's package `prometheus`, or a sentence that says how to get it. */
export function toolPath(name: 'prometheus' | 'promtool'): string {
  const { PATH = '' } = process.env;
  const found = PATH.split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  if (found !== undefined) return found;
  throw new Error(
    `these tests need Prometheus: ${name} is not on the PATH. Install it (on Debian: apt-get install prometheus).`,
  );
}

export async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(toolPath('promtool'), [...args]).catch((error) => {
    throw new Error(`promtool ${args.join(' ')}: ${error.stdout}${error.stderr}`);
  });
  return stdout + stderr;
}
