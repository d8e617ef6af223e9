import type { Change } from './judge/judge.ts';
import type { Replayed } from './one.ts';

/** The changes of a replay that nobody has accepted, and the reasons of those that somebody has. */
export function changesOf({ judgement: { changes }, accepted }: Replayed): { open: Change[]; reasons: string[] } {
  const open: Change[] = [];
  const reasons: string[] = [];
  for (const change of changes) {
    const known = accepted.find((one) => isAccepted(one, change));
    if (known === undefined) open.push(change);
    else reasons.push(`${change.is}: ${known.reason}`);
  }
  return { open, reasons };
}

/** A verdict is accepted as it is, not as whatever it may become. */
function isAccepted(accepted: Replayed['accepted'][number], change: Change): boolean {
  if (accepted.change !== 'verdict' || change.is !== 'verdict') return accepted.change === change.is;
  const { code, cause, exitCode } = change.came;
  const { came } = accepted;
  return came.code === code && came.cause === cause && came.exitCode === exitCode;
}
