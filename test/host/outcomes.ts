import { judge } from '../../src/failure/verdict.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import { evidence } from '../failure/build.ts';

/** The outcome of a run with this evidence, as the core would make it. */
export function outcomeOf(over: Partial<Evidence> = {}, more: Partial<Outcome> = {}): Outcome {
  const seen = evidence(over);
  return {
    verdict: judge(seen),
    result: seen.transcript.result,
    evidence: seen,
    cursor: undefined,
    job: 'deleted',
    promptDelivered: true,
    ...more,
  };
}
