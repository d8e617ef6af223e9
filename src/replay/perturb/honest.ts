import type { Change } from '../judge/judge.ts';
import type { Played } from '../played.ts';

/** Causes that say that something could not be known, or that the API itself was the trouble. */
const open: ReadonlySet<string | null> = new Set(['unknown', 'api_unreachable', 'log_gap']);

const bySignal: ReadonlySet<string | null> = new Set(['sigterm', 'sigkill']);

/** Whether a run that came out otherwise says itself what it could not know. */
export function isHonest(change: Change, { diagnosis, steps }: Played): boolean {
  if (change.is === 'lines_lost') return saysLost(diagnosis);
  // The process that stopped the run died, and the next one has no word of why.
  if (change.is === 'living_job_deleted')
    return steps.some(({ type, phase }) => type === 'phase_entered' && phase === 'cancel');
  if (change.is !== 'verdict') return false;
  const { expected, came } = change;
  if (open.has(came.cause)) return true;
  if (notesOf(diagnosis).some((note) => /could not be asked/.test(note))) return true;
  // What happened is known, and how the process ended is not: it says so.
  if (came.code === expected.code && came.cause === expected.cause && came.exitCode === null) return true;
  // A Job that had finished and was then removed: it says so, and that the end was not seen.
  if (came.cause === 'ttl_expired' && came.exitCode === null) return true;
  // A pod that was being deleted, and whose end was not seen: who sees the end names its signal instead.
  if (came.cause === 'deleted_by_other' && came.exitCode === null && bySignal.has(expected.cause)) return true;
  // The result was in what is lost.
  if (expected.code === null && isPartial(diagnosis)) return true;
  // Of the same end, but what was said before it is lost: how far Claude had come, and why it gave up, is not known.
  const sameEnd = (came.cause === expected.cause || came.cause === 'crash') && came.exitCode === expected.exitCode;
  return sameEnd && isPartial(diagnosis);
}

/** Who comes back to a Job that is gone has nothing to read, and no log in which a gap could be named. */
function saysLost(diagnosis: Played['diagnosis']): boolean {
  if (notesOf(diagnosis).some((note) => /^log_gap: |could not be proven complete/.test(note))) return true;
  // A run that never held a Job has no log to read.
  if (Object(diagnosis.job).uid === undefined) return true;
  return /No pod was seen|its output is lost/.test(String(diagnosis.message));
}

function notesOf({ notes }: Played['diagnosis']): string[] {
  return Array.isArray(notes) ? notes.map(String) : [];
}

function isPartial({ log }: Played['diagnosis']): boolean {
  const { gaps, complete } = Object(log);
  return complete === false || (Array.isArray(gaps) && gaps.length > 0);
}
