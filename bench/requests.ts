import { systemClock } from '../src/engine/clock.ts';
import { remembered } from '../src/kubernetes/remembered.ts';
import type { Transition } from '../src/run/transition.ts';
import { fastClock } from './fast-clock.ts';
import { openProcess, startRun, succeeded } from './one-run.ts';
import { happy, idle } from './parts.ts';
import { isRealCluster, openPlace } from './place.ts';
import { row, title } from './report.ts';

/** On the loopback API, minutes pass in seconds. */
const speed = 30;
const idleMinutes = isRealCluster ? 2 : 10;

export async function benchRequests(): Promise<void> {
  await happyRun();
  await idleRun();
}

async function happyRun(): Promise<void> {
  const place = await openPlace(happy);
  const process = openProcess(place);
  const cluster = remembered(process.cluster, place.clock);
  await succeeded(await startRun(place, { cluster }, happy));
  const first = [...process.requests];
  await succeeded(await startRun(place, { cluster }, happy));
  await cluster.close();
  await place.close();
  title(`API requests of one happy run, the first of its process (${place.name})`);
  for (const [what, count] of counted(first)) row(what, String(count));
  row('in all', String(first.length), 'under 15');
  row('in all of the next run', String(process.requests.length - first.length), 'under 15');
  row('log streams open at once', String(process.mostStreams()), '1');
}

async function idleRun(): Promise<void> {
  const clock = isRealCluster ? systemClock : fastClock(speed);
  const place = await openPlace(idle, clock);
  const process = openProcess(place);
  const started = Promise.withResolvers<void>();
  const transition = ({ type }: Transition) => {
    if (type === 'output') started.resolve();
  };
  const run = await startRun(place, process, idle, { transition });
  await Promise.race([started.promise, run.outcome]);
  const before = process.requests.length;
  const { promise: over, resolve } = Promise.withResolvers<void>();
  clock.at(clock.now() + idleMinutes * 60_000, resolve);
  await Promise.race([over, run.outcome]);
  const asked = process.requests.slice(before);
  run.cancel('the benchmark is over');
  await run.outcome;
  await process.cluster.close();
  await place.close();
  title(`API requests of one idle run a minute, over ${idleMinutes} minutes (${place.name})`);
  for (const [what, count] of counted(asked)) row(what, (count / idleMinutes).toFixed(2));
  row('in all', (asked.length / idleMinutes).toFixed(2), 'under 3');
  row('log streams open at once', String(process.mostStreams()), '1');
}

function counted(requests: readonly string[]): [string, number][] {
  const groups = Map.groupBy(requests, (what) => what);
  return [...groups].map(([what, all]): [string, number] => [what, all.length]).sort((one, other) => other[1] - one[1]);
}
