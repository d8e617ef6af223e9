import type { Replayable } from '../contract.ts';
import { shrink, type Tried, tryWith } from './check.ts';
import { draw } from './draw.ts';
import type { Subject } from './subject.ts';

export interface Failure extends Tried {
  path: string;
  /** Undefined for a crash at one moment. */
  seed: number | undefined;
}

/** One subject after the other, each seed once. @returns what broke, with the fewest perturbations that break it */
export async function perturbMany(
  build: Replayable,
  subjects: readonly Subject[],
  seeds: Iterable<number>,
): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const seed of seeds) {
    const subject = subjects[seed % subjects.length];
    if (subject === undefined) break;
    const tried = await tryWith(build, subject, draw(subject.history, seed));
    if (tried.broken.length === 0) continue;
    failures.push({ path: subject.path, seed, ...(await shrink(build, subject, tried)) });
  }
  return failures;
}

/** The process dies at each moment at which something was recorded, before it was told to end, and another one comes back. */
export async function crashEverywhere(build: Replayable, subject: Subject): Promise<Failure[]> {
  const { path, history, moments } = subject;
  const told = Math.min(Number.POSITIVE_INFINITY, ...history.told.map(({ at }) => at));
  const failures: Failure[] = [];
  for (const at of moments) {
    if (at >= told) break;
    const tried = await tryWith(build, subject, [{ is: 'crash', at }]);
    if (tried.broken.length > 0) failures.push({ path, seed: undefined, ...tried });
  }
  return failures;
}

/** For people: times since the run began. */
export function wordsOf({ path, seed, perturbations, broken, played }: Failure, startedAt: number): string {
  const times = new Set(['at', 'from', 'to']);
  const relative = (key: string, value: unknown) =>
    times.has(key) && typeof value === 'number' && value >= startedAt ? value - startedAt : value;
  const why = typeof played.diagnosis.message === 'string' ? played.diagnosis.message : (played.why ?? '');
  return [
    `${seed === undefined ? 'a crash' : `seed ${seed}`}: ${path}`,
    ...perturbations.map((one) => `  with ${JSON.stringify(one, relative)}`),
    ...broken.map((change) => `  came ${JSON.stringify(change)}`),
    ...(why === '' ? [] : [`  says ${why.slice(0, 600)}`]),
  ].join('\n');
}
