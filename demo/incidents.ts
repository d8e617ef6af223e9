import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { bundlesIn } from '../src/replay/bundles-in.ts';

export interface NamedIncident {
  /** Of its folder below `fixtures/incidents`. */
  name: string;
  about: string;
  path: string;
}

const home = join(import.meta.dirname, '..', 'fixtures', 'incidents');
/** A stream that is cut, comes back, and a success: what the adapter is for. */
const first = 'success/stream-cut';

export async function incidents(): Promise<NamedIncident[]> {
  const paths = await bundlesIn([home]);
  return Promise.all(
    paths.map(async (path) => {
      const folder = dirname(path);
      const text = await readFile(join(folder, 'expected.json'), 'utf8').catch(() => '{}');
      const { about = '' }: { about?: string } = JSON.parse(text);
      return { name: relative(home, folder), about, path };
    }),
  );
}

/** By its name, or any bundle by its path. @throws RangeError */
export async function chosenIncident(given: string = first): Promise<NamedIncident> {
  const found = (await incidents()).find(({ name }) => name === given);
  if (found !== undefined) return found;
  const isFile = await stat(given).then(
    (what) => what.isFile(),
    () => false,
  );
  if (isFile) return { name: basename(given), about: '', path: given };
  throw new RangeError(`--incident: expected one of npm run demo -- --list, or a file, got ${given}`);
}
