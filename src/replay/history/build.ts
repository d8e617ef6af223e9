import type { Frame, HeaderFrame } from '../../record/frame.ts';
import { type OwnWrites, ownWrites } from '../world/own-writes.ts';
import { containerEndsOf } from './container-ends.ts';
import { joinedCuts } from './cuts.ts';
import { deniedIn } from './denied.ts';
import { type Exchange, exchangesOf } from './exchanges.ts';
import { happeningsOf } from './happenings.ts';
import type { History } from './history.ts';
import { livesOf } from './lives.ts';
import { hungFollowsOf, logCutsOf } from './log-cuts.ts';
import { logStreamsOf } from './log-streams.ts';
import { logsOf } from './logs.ts';
import { lostWritesOf } from './lost-writes.ts';
import { apiVersionIn, latenciesOf, skewOf } from './measures.ts';
import { naturalEnds } from './natural-ends.ts';
import { deletionsOf } from './own-deletions.ts';
import { isOfRun } from './own-objects.ts';
import { refusalsOf } from './refusals.ts';
import { seenIn } from './sightings.ts';
import { toldIn } from './told.ts';
import { unansweredOf } from './unanswered.ts';
import { watchCutsOf } from './watch-cuts.ts';

/** The history of the cluster as a recording shows it. @throws Error for frames without a header */
export function historyOf(given: Iterable<Frame>): History {
  const frames = [...given];
  const header = frames.find((frame): frame is HeaderFrame => frame.f === 'header');
  if (header === undefined)
    throw new Error('the recording has no header frame: when it began and of which run it is are not known');
  const { request, startedAt } = header;
  const last = frames.reduce((latest, frame) => ('t' in frame ? Math.max(latest, frame.t) : latest), 0);
  const exchanges = exchangesOf(frames, startedAt);
  return {
    request,
    startedAt,
    endedAt: startedAt + last,
    version: apiVersionIn(exchanges),
    denied: deniedIn(exchanges),
    latencies: latenciesOf(exchanges),
    told: toldIn(frames),
    ...clusterOf(exchanges, startedAt, ownWrites(frames)),
  };
}

type Cluster = Pick<History, 'skewMs' | 'happenings' | 'logs' | 'cuts' | 'outages'>;

/** What happened in the cluster, and to the ways to it. */
function clusterOf(exchanges: readonly Exchange[], startedAt: number, own: OwnWrites): Cluster {
  const skewMs = skewOf(exchanges);
  const seen = seenIn(exchanges);
  const lives = livesOf(seen, exchanges, isOfRun(own));
  const lost = lostWritesOf(exchanges, lives);
  const deletions = deletionsOf(seen, lost, lives);
  const firstListAt = seen.listings.reduce((first, { at }) => Math.min(first, at), Infinity);
  const streams = logStreamsOf(exchanges);
  const endOf = containerEndsOf(lives, skewMs);
  const isNatural = naturalEnds(streams, endOf);
  const logs = logsOf({ streams, own, skewMs, isWhole: isNatural, endOf });
  return {
    skewMs,
    happenings: happeningsOf(lives, {
      startedAt,
      skewMs,
      own,
      lost,
      deletions,
      firstListAt: Number.isFinite(firstListAt) ? firstListAt : startedAt,
    }),
    logs,
    cuts: joinedCuts([...watchCutsOf(exchanges, seen.sightings), ...logCutsOf({ streams, logs, isNatural })]),
    outages: [
      ...unansweredOf(exchanges, lost),
      ...hungFollowsOf({ streams, logs, isNatural }),
      ...refusalsOf(exchanges, lives),
    ],
  };
}
