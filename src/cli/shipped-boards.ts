import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withRunbookAt } from './runbook-address.ts';

/** One level above `src` as above `dist`: what the package brings along. */
const home = join(import.meta.dirname, '../../dashboards');

export interface Shipped {
  /** Where it belongs in a folder of the operator's. */
  path: string;
  text: string;
}

export type State = 'same' | 'different' | 'missing';

/**
 * Boards, rules, scrape configuration and runbook of this build. Boards have one form: Grafana reads a folder with all
 * that is below it, and would find each uid twice. With `runbookBase`, links lead to the runbook at that address.
 */
export async function shipped(form: 'classic' | 'v2', runbookBase?: string): Promise<readonly Shipped[]> {
  const boards = await filesIn(form === 'v2' ? 'grafana/v2' : 'grafana');
  const others = await filesIn('prometheus');
  const files = [
    ...boards.map((name) => ({ path: `grafana/${name}`, from: `grafana/${form === 'v2' ? 'v2/' : ''}${name}` })),
    ...others.map((name) => ({ path: `prometheus/${name}`, from: `prometheus/${name}` })),
    ...(await filesIn('.')).filter((name) => name === 'runbook.md').map((name) => ({ path: name, from: name })),
  ];
  return Promise.all(
    files.map(async ({ path, from }) => {
      const text = await readFile(join(home, from), 'utf8');
      return { path, text: runbookBase === undefined ? text : withRunbookAt(text, runbookBase) };
    }),
  );
}

export async function stateIn(folder: string, { path, text }: Shipped): Promise<State> {
  try {
    return (await readFile(join(folder, path), 'utf8')) === text ? 'same' : 'different';
  } catch (error) {
    if (isMissing(error)) return 'missing';
    throw error;
  }
}

/** Whole or not at all: Grafana and Prometheus read such folders at any time. */
export async function put(folder: string, { path, text }: Shipped): Promise<void> {
  const place = join(folder, path);
  await make(folder);
  await make(dirname(place));
  await writeFile(`${place}.new`, text);
  await rename(`${place}.new`, place);
}

/** One level only: a path with a slip in it is an error, not a new tree. */
async function make(folder: string): Promise<void> {
  if ((await whatIs(folder)) !== 'folder') await mkdir(folder);
}

export async function whatIs(path: string): Promise<'folder' | 'file' | undefined> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function filesIn(name: string): Promise<readonly string[]> {
  const entries = await readdir(join(home, name), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
