import type { Cause, FailureCode } from '../../failure/table.ts';
import type { ApiFault } from '../answer.ts';
import type { JobSnapshot } from '../snapshot.ts';

/** How the way to a Job of our own ends. The admission lock is released in the same step. */
export type Admission =
  /** Our Job exists, is ours and is unsuspended (or was created so, where `patch jobs` is refused). */
  | { as: 'created'; job: JobSnapshot; patchAllowed: boolean }
  /** A Job of an earlier run is ours now; `fromRunId` is what its label said before, `serverTime` the API's clock then. */
  | {
      as: 'adopted';
      job: JobSnapshot;
      fromRunId: string | undefined;
      patchAllowed: boolean;
      serverTime: number | undefined;
    }
  | { as: 'refused'; code: FailureCode; cause: Cause | undefined; detail: string; fault: ApiFault | undefined }
  /** Cancelled or shut down on the way. `job` is what exists of ours and was left (shutdown), undefined when nothing is left behind. */
  | { as: 'stopped'; why: 'cancelled' | 'shutdown'; reason: string; job: JobSnapshot | undefined };
