import type { Tracer } from '@opentelemetry/api';
import type { RunRequest } from '../run/request.ts';
import type { Replayable } from './contract.ts';
import type { History } from './history/history.ts';
import { type End, HostProcess } from './host-process.ts';
import { wholeVerdict } from './judge/judge.ts';
import { agentLines, countOf, type Played } from './played.ts';
import { drive } from './world/drive.ts';
import { callOf } from './world/faults.ts';
import type { OwnWrites } from './world/own-writes.ts';
import { VirtualClock } from './world/virtual-clock.ts';
import { openWorld } from './world/world.ts';

/** So long after its last recorded moment the world is watched: every limit of a run that is not without limits is shorter. */
const longestMs = 6 * 3600 * 1000;

/** A build that asks without end comes to no verdict either, and is not waited for: no run that polls for hours asks so often. */
const mostRequests = 50_000;
/** Longer than a usual request takes, and too short for anything new to come of it. */
const underWayMs = 1_000;

export interface PlayInput {
  build: Replayable;
  history: History;
  own: OwnWrites;
  /** When the host process is killed, by the clock of the recording; another one comes back to the Job. */
  crashAt?: number | undefined;
  /** A scrape at the end is wanted: it takes its time. */
  scraped?: boolean;
  /** Where the build's spans go; without one to what this process has registered, if anything. */
  tracer?: Tracer | undefined;
}

/** Lets a build live through what was recorded, in virtual time. Never throws for what the build does. */
export async function play({ build, history, own, crashAt, scraped = false, tracer }: PlayInput): Promise<Played> {
  const clock = new VirtualClock(history.startedAt);
  const world = openWorld({ history, own, clock, stirred: clock.stirred });
  const begin = (request: RunRequest) => new HostProcess({ build, clock, world, request, tracer });
  let host = begin(history.request);
  const before: HostProcess[] = [];
  let shutDownAt: number | undefined;
  world.told((what, reason) => {
    if (what === 'shutdown') shutDownAt = clock.now();
    host.tell(what, reason);
  });
  const until = history.endedAt + longestMs;
  if (crashAt !== undefined) {
    const first = host;
    let due = false;
    clock.at(crashAt, () => {
      due = true;
    });
    await drive(clock, { over: () => first.end !== undefined || due || world.asked > mostRequests, until });
    if (first.end === undefined) {
      first.kill();
      before.push(first);
      host = begin(first.afterwards());
    }
  }
  const how = await drive(clock, { over: () => host.end !== undefined || world.asked > mostRequests, until });
  const endedAt = clock.now();
  // What it has asked for and does not wait for reaches the API all the same.
  let settled = false;
  clock.at(endedAt + underWayMs, () => {
    settled = true;
  });
  await drive(clock, { over: () => settled, until: endedAt + underWayMs });
  const metrics = scraped ? await host.metrics() : '';
  await host.close();
  const all = [...before, host];
  return {
    build: build.build,
    ...endOf(host.end, how),
    tells: wholeVerdict,
    steps: all.flatMap(({ steps }) => steps),
    lines: all.flatMap(({ output }) => agentLines(output.join(''))),
    requests: countOf(world.api.requests.map(callOf)),
    deletions: world.deletions.all,
    said: world.said(),
    metrics,
    traceId: host.traceId,
    shutDownAt,
    tookMs: endedAt - history.startedAt,
    beyondMs: Math.max(0, endedAt - history.endedAt),
  };
}

/** Why there is no verdict, by how the drive ended. */
const endless = {
  over: `no verdict after ${mostRequests} requests`,
  idle: 'nothing waits for anything any more',
  'too-late': `no verdict ${longestMs / 1000} s after the recording`,
};

function endOf(end: End | undefined, how: keyof typeof endless): Pick<Played, 'ended' | 'why' | 'diagnosis'> {
  if (end === undefined) {
    return { ended: 'never', why: endless[how], diagnosis: {} };
  }
  if ('fault' in end) {
    return { ended: 'fault', why: end.fault instanceof Error ? end.fault.stack : String(end.fault), diagnosis: {} };
  }
  return { ended: 'verdict', why: undefined, diagnosis: Object(end.diagnosis) };
}
