import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { ownFile } from './own-file.ts';

const name = 'paperclip-adapter-claude-k8s';

/** A build that can not be replayed; the message says what came and what is expected. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

export interface Build {
  /** URL of its replay entry; of its main entry, for an adapter that has none. */
  entry: string;
  /** It knows nothing of virtual time. */
  foreign: boolean;
  /** Removes what was unpacked for it. */
  remove(): Promise<void>;
}

/** This very build. */
export function ownBuild(): Build {
  return { entry: ownFile('entry').href, foreign: false, remove: async () => undefined };
}

/** A folder, a tarball of `npm pack`, or a version or tag on the registry. @throws BuildError */
export async function openBuild(spec: string): Promise<Build> {
  // As of a variable that is not set: it would be the folder of whoever asks.
  if (spec.trim() === '') throw new BuildError(`a build: expected a folder, a tarball or a version of ${name}, got ""`);
  const path = resolve(spec);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return { ...(await entryIn(path)), remove: async () => undefined };
  if (found !== undefined && !/\.(tgz|tar\.gz)$/.test(path)) {
    throw new BuildError(`${spec}: expected a folder, a tarball (*.tgz) or a version of ${name}, got a file`);
  }
  if (found === undefined && (/[/\\]/.test(spec) || /\.(tgz|tar\.gz)$/.test(spec)))
    throw new BuildError(`${spec}: there is no such folder or tarball`);
  const folder = await mkdtemp(join(tmpdir(), 'claude-k8s-build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const installed = await install(found === undefined ? asPackage(spec) : path, folder);
    return { ...(await entryIn(join(folder, 'node_modules', installed))), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A version or a tag is one of this package; another package is named with its version, `name@1.2.3`. */
function asPackage(spec: string): string {
  return spec.indexOf('@') > 0 ? spec : `${name}@${spec}`;
}

/** @returns the name of the package that came */
async function install(what: string, folder: string): Promise<string> {
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    what,
  ];
  await promisify(execFile)('npm', args).catch((error: Error & { stderr?: string }) => {
    throw new BuildError(`${what}: npm could not install it: ${(error.stderr ?? error.message).trim().slice(0, 500)}`);
  });
  const { dependencies } = await manifestIn(folder);
  return Object.keys(Object(dependencies))[0] ?? name;
}

interface Manifest {
  exports?: unknown;
  main?: unknown;
  dependencies?: unknown;
}

async function manifestIn(folder: string): Promise<Manifest> {
  const manifest = join(folder, 'package.json');
  const text = await readFile(manifest, 'utf8').catch(() => {
    throw new BuildError(`${folder}: it has no package.json`);
  });
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw new BuildError(`${manifest}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function entryIn(folder: string): Promise<Pick<Build, 'entry' | 'foreign'>> {
  const { exports, main } = await manifestIn(folder);
  const replay = target(Object(exports)['./replay']);
  const entry = replay ?? target(Object(exports)['.']) ?? target(exports) ?? target(main);
  if (entry === undefined)
    throw new BuildError(
      `${join(folder, 'package.json')}: it exports neither ./replay nor anything that the host could load`,
    );
  const file = join(folder, entry);
  if ((await stat(file).catch(() => undefined)) === undefined)
    throw new BuildError(`${file}: there is no such file: is ${fileURLToPath(pathToFileURL(folder))} built?`);
  return { entry: pathToFileURL(file).href, foreign: replay === undefined };
}

/** What an entry of `exports` leads an import to. */
function target(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  const { import: imported, node, default: otherwise } = Object(given);
  return [imported, node, otherwise]
    .map((one) => (one === undefined ? undefined : target(one)))
    .find((one) => one !== undefined);
}
