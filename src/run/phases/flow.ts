import { limit } from '../limits.ts';
import { isLost, lostWakeAt } from '../lost-node.ts';
import { change, type Draft, enter, type Held } from '../run.ts';
import { lookUp, verify } from './settle.ts';

/** The phases in which output flows: what the container's state and the reading of its log come to. */
export function driveFlow(draft: Draft): void {
  const { phase, facts, follow } = draft.run;
  if (phase.name !== 'stream' && phase.name !== 'grace') return;
  if (facts.end !== undefined) {
    if (phase.name === 'grace') endGrace(draft, 'terminated');
    if (follow.state !== 'reading') lookUp(draft, 'the container ended and its log is read');
    return;
  }
  if (facts.podGone !== undefined) {
    if (phase.name === 'grace') endGrace(draft, 'expired');
    return verify(draft, facts.podGone, 'the pod is gone');
  }
  if (isMissing(draft)) {
    if (phase.name === 'grace') endGrace(draft, 'expired');
    // Should it be there after all, the next such answers count anew.
    change(draft, { follow: { ...follow, missingSince: undefined } });
    return verify(draft, 'recheck-poll-404', 'there is no such pod, says who is asked for its log');
  }
  if (isLost(draft)) {
    if (phase.name === 'grace') endGrace(draft, 'expired');
    return lookUp(draft, 'the node no longer reports the pod');
  }
  if (hasPodEnded(draft)) return lookUp(draft, 'the pod ended before its container was reported');
  if (phase.name === 'stream' && follow.open === undefined && follow.next.reason === 'ended') beginGrace(draft);
  driveGrace(draft);
}

/** A pod that came and went while its watch was silent is shown by none: only its log is refused, again and again. */
function isMissing({ run: { follow }, at }: Draft): boolean {
  return follow.missingSince !== undefined && at - follow.missingSince >= limit.recheck;
}

function hasPodEnded({ run }: Draft): boolean {
  return run.facts.pod?.phase === 'Succeeded' || run.facts.pod?.phase === 'Failed';
}

/** The end of a stream proves nothing about the container: the cluster's view decides, within a bound. */
function beginGrace(draft: Draft): void {
  const left = draft.run.request.limits.logGraceSec * 1000;
  enter(
    draft,
    { name: 'grace', left, countedAt: draft.at, paused: true },
    'the output ended, the container is not known to have',
  );
}

/** The bound is spent only while the API answers and the container shows no life. A container that runs or waits lives. */
function driveGrace(draft: Draft): void {
  const { phase, facts, follow } = draft.run;
  if (phase.name !== 'grace') return;
  const state = facts.pod?.agent?.state.is;
  const alive = facts.apiDown === undefined && (state === 'running' || state === 'waiting');
  if (alive && follow.open !== undefined) return endGrace(draft, 'life');
  const paused = alive || facts.apiDown !== undefined;
  const left = phase.paused ? phase.left : phase.left - (draft.at - phase.countedAt);
  change(draft, { phase: { ...phase, left, countedAt: draft.at, paused } });
  if (left > 0 || paused) return;
  draft.transitions.push({ type: 'grace_ended', at: draft.at, how: 'expired' });
  verify(draft, 'grace-period-verify-404', 'nothing was heard of the container within the bound');
}

function endGrace(draft: Draft, how: 'life' | 'terminated' | 'expired'): void {
  draft.transitions.push({ type: 'grace_ended', at: draft.at, how });
  enter(draft, { name: 'stream' }, how);
}

export function flowWakeAt(run: Held): number | undefined {
  const { phase } = run;
  const lost = lostWakeAt(run);
  const grace = phase.name === 'grace' && !phase.paused ? phase.countedAt + Math.max(phase.left, 0) : undefined;
  return lost === undefined ? grace : Math.min(lost, grace ?? lost);
}
