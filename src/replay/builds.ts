import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const name = 'paperclip-adapter-claude-k8s';

/** A build that can not be replayed; the message says what came and what is expected. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

export interface Build {
  /** URL of its replay entry. */
  entry: string;
  /** Removes what was unpacked for it. */
  remove(): Promise<void>;
}

/** This very build. */
export function ownBuild(): Build {
  const entry = new URL(`./entry.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
  return { entry, remove: async () => undefined };
}

/** A folder, a tarball of `npm pack`, or a version or tag on the registry. @throws BuildError */
export async function openBuild(spec: string): Promise<Build> {
  const path = resolve(spec);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { entry: await entryIn(path), remove: async () => undefined };
  if (found !== undefined && !/\.(tgz|tar\.gz)$/.test(path)) {
    throw new BuildError(`${spec}: expected a folder, a tarball (*.tgz) or a version of ${name}, got a file`);
  }
  if (found === undefined && (/[/\\]/.test(spec) || /\.(tgz|tar\.gz)$/.test(spec)))
    throw new BuildError(`${spec}: there is no such folder or tarball`);
  const folder = await mkdtemp(join(tmpdir(), 'claude-k8s-build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await install(found === undefined ? `${name}@${spec}` : path, folder);
    return { entry: await entryIn(join(folder, 'node_modules', name)), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function install(what: string, folder: string): Promise<void> {
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    what,
  ];
  await promisify(execFile)('npm', args).catch((error: Error & { stderr?: string }) => {
    throw new BuildError(`${what}: npm could not install it: ${(error.stderr ?? error.message).trim().slice(0, 500)}`);
  });
}

async function entryIn(folder: string): Promise<string> {
  const manifest = join(folder, 'package.json');
  const text = await readFile(manifest, 'utf8').catch(() => {
    throw new BuildError(`${folder}: it has no package.json`);
  });
  const { exports } = JSON.parse(text) as { exports?: Record<string, string | { default?: string }> };
  const named = exports?.['./replay'];
  const entry = typeof named === 'string' ? named : named?.default;
  if (entry === undefined)
    throw new BuildError(`${manifest}: it exports no ./replay, so it can not be replayed in virtual time`);
  const file = join(folder, entry);
  if ((await stat(file).catch(() => undefined)) === undefined)
    throw new BuildError(`${file}: there is no such file: is ${fileURLToPath(pathToFileURL(folder))} built?`);
  return pathToFileURL(file).href;
}
