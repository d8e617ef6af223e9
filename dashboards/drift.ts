import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Output } from './output.ts';

/** Nothing but what is made lies in here: a file of a board that is gone would be shipped on. */
const folders = ['grafana', 'grafana/v2'];

export interface Drift {
  path: string;
  how: 'missing' | 'different' | 'not made any more';
}

/** What lies in the folder and is not what would be made, by path. */
export function driftIn(folder: string, made: readonly Output[]): readonly Drift[] {
  const lacking = made.flatMap(({ path, text }): Drift[] => {
    const place = join(folder, path);
    if (!existsSync(place)) return [{ path, how: 'missing' }];
    return readFileSync(place, 'utf8') === text ? [] : [{ path, how: 'different' }];
  });
  const paths = new Set(made.map(({ path }) => path));
  const strays = folders
    .filter((name) => existsSync(join(folder, name)))
    .flatMap((name) =>
      readdirSync(join(folder, name))
        .filter((file) => file.endsWith('.json'))
        .map((file) => `${name}/${file}`),
    )
    .filter((path) => !paths.has(path))
    .map((path): Drift => ({ path, how: 'not made any more' }));
  return [...lacking, ...strays].sort((one, two) => (one.path < two.path ? -1 : 1));
}

/** Makes the folder what it should be, and says what it was. */
export function mend(folder: string, made: readonly Output[]): readonly Drift[] {
  const drift = driftIn(folder, made);
  const texts = new Map(made.map(({ path, text }) => [path, text]));
  for (const { path } of drift) {
    const place = join(folder, path);
    const text = texts.get(path);
    if (text === undefined) rmSync(place);
    else {
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, text);
    }
  }
  return drift;
}
