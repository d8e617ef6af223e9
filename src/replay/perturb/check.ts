import type { Replayable } from '../contract.ts';
import type { History } from '../history/history.ts';
import { type Change, judge, type Reference } from '../judge/judge.ts';
import { play } from '../play.ts';
import type { OwnWrites } from '../world/own-writes.ts';
import { type Perturbation, perturbed } from './perturbation.ts';

export interface Tried {
  perturbations: readonly Perturbation[];
  /** What must never happen, and did. */
  broken: readonly Change[];
}

export interface TryInput {
  build: Replayable;
  history: History;
  own: OwnWrites;
  reference: Reference;
}

/** Causes that say that something could not be known, or that the API itself was the trouble. */
const honest = new Set(['unknown', 'api_unreachable', 'log_gap']);

/** Plays a recording with more going wrong: the verdict stays right or says what it could not know, and all else holds. */
export async function tryWith(input: TryInput, perturbations: readonly Perturbation[]): Promise<Tried> {
  const { build, own, reference } = input;
  const history = perturbed(input.history, perturbations);
  const crashAt = perturbations.find((one) => one.is === 'crash')?.at;
  const played = await play({ build, history, own, crashAt });
  const { changes } = judge(history, { ...reference, delivered: Number.POSITIVE_INFINITY }, played);
  return { perturbations, broken: changes.filter((change) => !isHonest(change)) };
}

function isHonest(change: Change): boolean {
  return change.is === 'verdict' && honest.has(change.came.cause ?? '');
}

/** The fewest of the perturbations that still break it: one after the other is left out for as long as it breaks without it. */
export async function shrink(input: TryInput, { perturbations, broken }: Tried): Promise<Tried> {
  for (const left of perturbations) {
    const fewer = await tryWith(
      input,
      perturbations.filter((one) => one !== left),
    );
    if (fewer.broken.length > 0) return shrink(input, fewer);
  }
  return { perturbations, broken };
}
