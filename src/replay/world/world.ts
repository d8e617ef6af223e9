import type { Clock } from '../../engine/clock.ts';
import { ClusterApi } from '../../loopback/cluster-api.ts';
import { LoopbackDispatcher } from '../../loopback/dispatcher.ts';
import type { Change } from '../../loopback/history.ts';
import { isJob } from '../../loopback/object.ts';
import type { ResourceName } from '../../loopback/resources.ts';
import type { History } from '../history/history.ts';
import { Deletions } from './deletions.ts';
import { cut, fail } from './faults.ts';
import { latencyIn } from './latency.ts';
import { speak } from './logs.ts';
import { Names } from './names.ts';
import { happen } from './objects.ts';
import type { OwnWrites } from './own-writes.ts';
import { goneProcesses } from './processes.ts';
import { Schedule } from './schedule.ts';

export interface WorldInput {
  history: History;
  own: OwnWrites;
  clock: Clock;
  /** An API that is served over sockets; without it one of its own, for a dispatcher. */
  api?: ClusterApi;
  stirred?: () => void;
}

/** The cluster of a recording, alive again: it answers whatever is asked, and goes on as it went. */
export interface World {
  readonly api: ClusterApi;
  /** A way to the API for one process. */
  connect(clock: Clock): LoopbackDispatcher;
  readonly deletions: Deletions;
  /** Labels that the configuration of the recorded run put on its Job. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether a process of the recorded run's machine was there. */
  isAlive(pid: number): boolean;
  /** How many requests have come so far. */
  readonly asked: number;
  /** What the containers have said so far. */
  said(): History['logs'];
  /** Calls when the run is told again what it was told. */
  told(fn: (what: 'cancel' | 'shutdown', reason: string) => void): void;
}

export function openWorld({ history, own, clock, api = new ClusterApi(clock), stirred = () => {} }: WorldInput): World {
  api.skewMs = history.skewMs;
  api.version = history.version;
  api.access.deny(...history.denied);
  const names = new Names();

  const schedule = new Schedule(clock, own.at);
  const uidOf = uidsOf(own);
  api.store.uidFor = (resource, name) => {
    if (resource === 'jobs') schedule.keepOrder();
    return uidOf(resource, name);
  };
  const deletions = new Deletions({ api, clock, own, names, lag: () => schedule.lag });
  let playing = false;
  const play = (fn: () => void) => () => {
    stirred();
    playing = true;
    try {
      fn();
    } finally {
      playing = false;
    }
  };
  api.store.subscribe((change) => {
    if (playing) return;
    stand(change, own, names);
    heed(change, schedule, deletions);
  });

  for (const happening of history.happenings) {
    const act = play(() => {
      if (!deletions.tooEarly) happen(api, names.of(happening));
    });
    if (happening.at < history.startedAt) act();
    else schedule.add(happening.after, happening.at, act);
  }
  const said = history.logs.map((log) => speak({ api, schedule, names, recorded: log }));
  for (const one of history.cuts)
    schedule.addAt(
      one.at,
      play(() => cut(api, one)),
    );
  for (const outage of history.outages) fail(api, schedule, outage);
  const latencyOf = latencyIn(history);
  let asked = 0;
  const counted: typeof latencyOf = (one) => {
    asked++;
    return latencyOf(one);
  };
  const gone = goneProcesses(history, own);
  return {
    api,
    get asked() {
      return asked;
    },
    connect: (ofProcess) => new LoopbackDispatcher({ api, clock: ofProcess, latencyOf: counted, stirred }),
    deletions,
    labels: own.labels,
    isAlive: (pid) => !gone.has(pid),
    said: () => said.map((log) => log()),
    told(fn) {
      for (const { at, what, reason } of history.told) schedule.addAt(at, () => fn(what, reason));
    },
  };
}

/** A Job of the build gets the uid of the recorded one: the one of its name, or of another name the next one that is left. */
function uidsOf({ jobs }: OwnWrites): (resource: ResourceName, name: string) => string {
  const left = [...jobs];
  let others = 0;
  return (resource, name) => {
    const other = () => `00000000-0000-4000-8000-${String(++others).padStart(12, '0')}`;
    if (resource !== 'jobs') return other();
    const index = Math.max(
      0,
      left.findIndex((job) => job.name === name),
    );
    const [taken] = left.splice(index, 1);
    return taken?.uid ?? other();
  };
}

function stand({ object, type }: Change, { jobs }: OwnWrites, names: Names): void {
  if (type !== 'ADDED' || !isJob(object)) return;
  const recorded = jobs.find(({ uid }) => uid === object.metadata.uid);
  if (recorded !== undefined) names.take(recorded.name, object);
}

/** A write of the build's own: what came after the recorded run's comes after it. */
function heed({ object, before, type }: Change, schedule: Schedule, deletions: Deletions): void {
  if (!isJob(object)) return;
  const held = object.spec.suspend === true;
  const wasHeld = isJob(before) && before.spec.suspend === true;
  if (type === 'ADDED') schedule.begin('created');
  if (type !== 'DELETED' && !held && (type === 'ADDED' || wasHeld)) schedule.begin('released');
  if (type !== 'DELETED') return;
  deletions.add(object);
  schedule.begin('deleted');
}
