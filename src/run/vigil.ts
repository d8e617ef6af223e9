import { hasFinalResult } from '../claude/transcript.ts';
import { limit } from './limits.ts';
import { halt } from './phases/halt.ts';
import { isAfterEnd } from './phases/settle.ts';
import { change, type Draft, type Held } from './run.ts';
import { noteStart, timeOverAt } from './time-limit.ts';

/** What time alone brings: the holder's renewal, keep-alive lines, silence, hangs and the run's own deadline. */
export function keepVigil(draft: Draft): void {
  const { phase } = draft.run;
  if (phase.name === 'ended' || phase.name === 'cleanup') return;
  noteStart(draft);
  renew(draft);
  reportApi(draft);
  if (phase.name === 'stream' || phase.name === 'grace') tellSilence(draft);
  askNode(draft);
  if (draft.run.stop === undefined) checkLimits(draft);
}

/** The moment silence is counted from: the last output, else when the container was first seen to run. */
function silentSince({ follow, facts, startedAt }: Held): number {
  return Math.max(follow.account.lastLineAt ?? 0, facts.startSeenAt ?? startedAt);
}

function renew(draft: Draft): void {
  const { vigil, facts, patchAllowed } = draft.run;
  if (!patchAllowed || facts.job === undefined || facts.jobGone !== undefined || draft.at < vigil.renewAt) return;
  draft.effects.push({ do: 'renew_holder', job: facts.job });
  change(draft, { vigil: { ...vigil, renewAt: draft.at + limit.renew } });
}

/**
 * While the log endpoint fails the node may be gone: whether it was NotReady before its pod was disrupted is what tells a
 * lost node from a taint, and afterwards it can't be learnt any more.
 */
function askNode(draft: Draft): void {
  const { vigil, facts } = draft.run;
  const name = facts.pod?.nodeName;
  if (name === undefined || !isNodeInDoubt(draft.run) || draft.at < vigil.nodeAt) return;
  draft.effects.push({ do: 'read_node', name });
  change(draft, { vigil: { ...vigil, nodeAt: draft.at + limit.nodeEvery } });
}

function isNodeInDoubt({ facts, follow, phase }: Held): boolean {
  const following = phase.name === 'stream' || phase.name === 'grace';
  return following && facts.end === undefined && facts.apiDown === undefined && follow.failures > 0;
}

/** Nodes are not everybody's to read: who is refused once is refused again. */
export function nodeForbidden(draft: Draft): void {
  change(draft, { vigil: { ...draft.run.vigil, nodeAt: Number.POSITIVE_INFINITY } });
}

function reportApi(draft: Draft): void {
  const { facts, vigil } = draft.run;
  if (facts.apiDown === undefined || draft.at < vigil.apiReportAt) return;
  const seconds = Math.round((draft.at - facts.apiDown.since) / 1000);
  draft.transitions.push({ type: 'api_unreachable', at: draft.at, seconds, fault: facts.apiDown.fault.kind });
  draft.effects.push({
    do: 'say',
    text: `the Kubernetes API has not answered for ${seconds} s: ${facts.apiDown.fault.message}`,
  });
  change(draft, { vigil: { ...vigil, apiReportAt: draft.at + limit.apiReport } });
}

function tellSilence(draft: Draft): void {
  const silentMs = draft.at - silentSince(draft.run);
  const seconds = Math.round(silentMs / 1000);
  const { vigil } = draft.run;
  if (silentMs >= limit.keepAlive && draft.at >= vigil.keepAliveAt) {
    draft.effects.push({ do: 'say', text: `no output for ${seconds} s; the container is ${stateOf(draft.run)}` });
    change(draft, { vigil: { ...vigil, keepAliveAt: draft.at + limit.keepAlive } });
  }
  if (silentMs < limit.silence) return change(draft, { vigil: { ...draft.run.vigil, silenceAt: limit.silence } });
  if (silentMs < vigil.silenceAt) return;
  draft.transitions.push({ type: 'silence', at: draft.at, seconds });
  change(draft, { vigil: { ...draft.run.vigil, silenceAt: vigil.silenceAt * 2 } });
}

function stateOf({ facts }: Held): string {
  return facts.apiDown === undefined ? (facts.pod?.agent?.state.is ?? 'not known') : 'out of sight';
}

function checkLimits(draft: Draft): void {
  const due = deadlines(draft.run).find(({ at }) => draft.at >= at);
  switch (due?.why) {
    case undefined:
      return;
    case 'timeout':
      return halt(draft, {
        why: 'timeout',
        at: draft.at,
        afterSec: Math.round((draft.at - (draft.run.timedFrom ?? draft.at)) / 1000),
      });
    case 'stalled':
    case 'hung_after_result':
      return haltSilent(draft, due.why, due.at);
  }
}

/** Nothing heard is not nothing said: before a living container is stopped for its silence, its log is read once more. */
function haltSilent(draft: Draft, why: 'stalled' | 'hung_after_result', since: number): void {
  const { follow } = draft.run;
  const { silence } = follow;
  if (silence.is === 'proven' && silence.at >= since) {
    const silentSec = Math.round((draft.at - silentSince(draft.run)) / 1000);
    return halt(draft, { why, at: draft.at, silentSec });
  }
  if (silence.is !== 'asked') change(draft, { follow: { ...follow, silence: { is: 'asked' } } });
}

/** When we would stop the run ourselves. Silence counts only while the container is seen running and the API answers. */
function deadlines(run: Held): { why: 'timeout' | 'stalled' | 'hung_after_result'; at: number }[] {
  const { exitAfterResultSec, stallTimeoutSec } = run.request.limits;
  // It has ended by itself, and is waited for no longer than that one read takes.
  if (run.phase.name === 'verify' && isAfterEnd(run.phase)) return [];
  const list: { why: 'timeout' | 'stalled' | 'hung_after_result'; at: number }[] = [
    { why: 'timeout', at: timeOverAt(run) },
  ];
  const runs = run.facts.pod?.agent?.state.is === 'running' && run.facts.apiDown === undefined;
  if (!runs || run.facts.end !== undefined || run.facts.podGone !== undefined) return list;
  const since = silentSince(run);
  if (hasFinalResult(run.transcript)) list.push({ why: 'hung_after_result', at: since + exitAfterResultSec * 1000 });
  else if (stallTimeoutSec > 0) list.push({ why: 'stalled', at: since + stallTimeoutSec * 1000 });
  return list;
}

export function vigilWakeAt(run: Held): number {
  const { vigil, phase } = run;
  if (phase.name === 'cleanup' || phase.name === 'ended') return Number.POSITIVE_INFINITY;
  const asked = run.follow.silence.is === 'asked';
  const times =
    run.stop === undefined ? deadlines(run).flatMap(({ why, at }) => (asked && why !== 'timeout' ? [] : at)) : [];
  if (run.patchAllowed && run.facts.jobGone === undefined) times.push(vigil.renewAt);
  if (run.facts.apiDown !== undefined) times.push(vigil.apiReportAt);
  if (run.facts.pod?.nodeName !== undefined && isNodeInDoubt(run)) times.push(vigil.nodeAt);
  if (phase.name === 'stream' || phase.name === 'grace') {
    const since = silentSince(run);
    times.push(Math.max(vigil.keepAliveAt, since + limit.keepAlive), since + vigil.silenceAt);
  }
  return Math.min(...times);
}
