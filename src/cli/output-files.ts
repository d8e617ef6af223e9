import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

const recording = '.ndjson.zst';

/** Files that a command is to write, by the option that names each. */
export type OutputFiles = Readonly<Record<`--${string}`, string | undefined>>;

/** What speaks against writing one of them, before any work: evidence written over is gone, and late is too late. */
export async function wrongOutput(outputs: OutputFiles, inputs: readonly string[]): Promise<string | undefined> {
  const read = await Promise.all(inputs.map((path) => identity(path).catch(() => undefined)));
  for (const [option, file] of Object.entries(outputs)) {
    if (file === undefined) continue;
    const why = await whyNot(file, read);
    if (why !== undefined) return `${option}: ${file} ${why}`;
  }
  return undefined;
}

async function whyNot(file: string, read: readonly (string | undefined)[]): Promise<string | undefined> {
  if (file.endsWith(recording)) return `is not written over: files named *${recording} are recordings`;
  try {
    const own = await identity(file);
    if (own !== undefined && read.includes(own)) return 'is not written over: it is read by the same command';
    if (own !== undefined && (await stat(file)).isDirectory()) return 'can not be written: it is a folder';
    const folder = dirname(file);
    if (own === undefined) await stat(folder);
    await access(own === undefined ? folder : file, constants.W_OK);
    return undefined;
  } catch (error) {
    return `can not be written: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The same for every path to a file; undefined where there is none yet. */
async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
