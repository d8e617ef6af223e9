import type { Evidence } from '../run/evidence.ts';
import type { Verdict } from '../run/outcome.ts';

/** Evidence -> verdict: an ordered chain of named checks, first match wins. Pure. */
export function judge(_evidence: Evidence): Verdict {
  throw new Error('contract only');
}
