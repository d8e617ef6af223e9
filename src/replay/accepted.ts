import type { Change } from './judge/judge.ts';
import type { Replayed } from './one.ts';

/** The changes of a replay that nobody has accepted, and the reasons of those that somebody has. */
export function changesOf({ judgement: { changes }, accepted }: Replayed): { open: Change[]; reasons: string[] } {
  const open: Change[] = [];
  const reasons: string[] = [];
  for (const change of changes) {
    const known = accepted.find((one) => one.change === change.is && isSameVerdict(one.came, change));
    if (known === undefined) open.push(change);
    else reasons.push(`${change.is}: ${known.reason}`);
  }
  return { open, reasons };
}

/** A verdict is accepted as it is, not as whatever it may become. */
function isSameVerdict(accepted: Replayed['accepted'][number]['came'], change: Change): boolean {
  if (change.is !== 'verdict') return true;
  const { code, cause, exitCode } = change.came;
  return accepted?.code === code && accepted.cause === cause && accepted.exitCode === exitCode;
}
