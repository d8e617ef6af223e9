import { isJob, type JobObject } from '../../loopback/object.ts';
import { annotation } from '../../manifest/labels.ts';
import type { History } from '../history/history.ts';
import type { OwnWrites } from './own-writes.ts';

/**
 * Processes of the recorded run's machine that were not there: their Jobs were adopted or removed. What the recorded run
 * asked its system is not recorded, but this is what followed; whoever else is named on a Job may have been there, and its
 * renewals tell.
 */
export function goneProcesses({ happenings }: History, { adopted, removed }: OwnWrites): ReadonlySet<number> {
  const left = ({ metadata }: JobObject) =>
    adopted.some(({ uid }) => uid === metadata.uid) || removed.includes(metadata.name);
  return new Set(
    happenings.flatMap(({ change }) => {
      if (change.is !== 'put' || !isJob(change.object) || !left(change.object)) return [];
      const pid = pidOf(change.object);
      return pid === undefined ? [] : [pid];
    }),
  );
}

function pidOf({ metadata }: JobObject): number | undefined {
  try {
    const { pid } = Object(JSON.parse(metadata.annotations?.[annotation.holder] ?? ''));
    return typeof pid === 'number' ? pid : undefined;
  } catch {
    return undefined;
  }
}
