import type { Replayable } from '../contract.ts';
import { type Change, judge } from '../judge/judge.ts';
import { play } from '../play.ts';
import type { Played } from '../played.ts';
import { isHonest } from './honest.ts';
import { type Perturbation, perturbed } from './perturbation.ts';
import type { Subject } from './subject.ts';

export interface Tried {
  perturbations: readonly Perturbation[];
  /** What must never happen, and did. */
  broken: readonly Change[];
  played: Played;
}

/** Plays a recording with more going wrong: the verdict stays right or says what it could not know, and all else holds. */
export async function tryWith(
  build: Replayable,
  subject: Subject,
  perturbations: readonly Perturbation[],
): Promise<Tried> {
  const { own, reference } = subject;
  const history = perturbed(subject.history, perturbations);
  const crashAt = perturbations.find((one) => one.is === 'crash')?.at;
  const played = await play({ build, history, own, crashAt });
  // Every line counts, also one that the recorded run itself did not get.
  const { changes } = judge(
    { ...history, logs: played.said },
    { ...reference, delivered: Number.POSITIVE_INFINITY },
    played,
  );
  // Of a Job that was handed over the end is not recorded: who comes back to it waits for what never comes.
  const endless = crashAt !== undefined && reference.verdict.code === 'k8s_run_handed_over';
  const early = (change: Change) => change.is === 'verdict' && cameBeforeTheHostEnded(change, played);
  const broken = changes.filter(
    (change) => !isHonest(change, played) && !early(change) && !(endless && change.is === 'no_verdict'),
  );
  return { perturbations, broken, played };
}

/**
 * A host that ends takes its run with it, unless the run knew its verdict before: then the container had ended by itself, with
 * the exit code that the recording has too.
 */
function cameBeforeTheHostEnded(
  { expected, came }: Extract<Change, { is: 'verdict' }>,
  { steps, shutDownAt }: Played,
): boolean {
  const knownAt = steps.findLast(({ type, phase }) => type === 'phase_entered' && phase === 'conclude')?.at;
  if (shutDownAt === undefined || knownAt === undefined || knownAt >= shutDownAt) return false;
  return expected.code === 'k8s_run_handed_over' && expected.exitCode !== null && came.exitCode === expected.exitCode;
}

/** The fewest of the perturbations that still break it: one after the other is left out for as long as it breaks without it. */
export async function shrink(build: Replayable, subject: Subject, tried: Tried): Promise<Tried> {
  for (const left of tried.perturbations) {
    const fewer = await tryWith(
      build,
      subject,
      tried.perturbations.filter((one) => one !== left),
    );
    if (fewer.broken.length > 0) return shrink(build, subject, fewer);
  }
  return tried;
}
