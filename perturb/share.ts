import { BundleError } from '../src/record/read-bundle.ts';
import { replayable } from '../src/replay/entry.ts';
import { crashEverywhere, type Failure, perturbMany, wordsOf } from '../src/replay/perturb/many.ts';
import { subjectOf } from '../src/replay/perturb/subject.ts';

/** What one process plays: the seeds from `from` to before `to`, each `step`th, and the crashes of each `step`th bundle from `first` on. */
export interface Share {
  bundles: readonly string[];
  from: number;
  to: number;
  step: number;
  first: number;
}

const { bundles, from, to, step, first }: Share = JSON.parse(process.argv[2] ?? '');
const subjects = await Promise.all(bundles.map(subjectOf)).catch((error: Error) => {
  if (!(error instanceof BundleError)) throw error;
  console.error(`error: ${error.message}`);
  process.exit(2);
});

function tell(failures: readonly Failure[]): void {
  for (const failure of failures) {
    const { startedAt = 0 } = subjects.find(({ path }) => path === failure.path)?.history ?? {};
    console.log(wordsOf(failure, startedAt));
    process.exitCode = 1;
  }
}

for (let seed = from; seed < to; seed += step) tell(await perturbMany(replayable, subjects, [seed]));
for (let index = first; index < subjects.length; index += step) {
  const subject = subjects[index];
  if (subject !== undefined) tell(await crashEverywhere(replayable, subject));
}
