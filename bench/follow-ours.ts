import { systemClock } from '../src/engine/clock.ts';
import { createCluster } from '../src/kubernetes/client.ts';
import { kubeconfigFor } from '../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../src/loopback/pod-play.ts';
import type { RunPlan } from '../src/manifest/plan.ts';
import type { Transition } from '../src/run/transition.ts';
import type { Followed, Meter } from './meter.ts';
import { type Listener, startRun, succeeded } from './one-run.ts';
import { openLoopback } from './place.ts';
import { SwitchedRecorder } from './switched-recorder.ts';

/** A whole run, from its Job to its verdict, whose log comes from the flood server. */
export async function followOurs(url: string, meter: Meter): Promise<Followed> {
  return follow(url, meter, {});
}

const slowMs = 1;

/** The same before a host that needs a moment for each piece of output. */
export async function followSlow(url: string, meter: Meter): Promise<Followed> {
  const log = () => new Promise<void>((resolve) => void systemClock.at(systemClock.now() + slowMs, resolve));
  return follow(url, meter, { log });
}

/** The same, recorded. */
export async function followRecorded(url: string, meter: Meter, recorder = new SwitchedRecorder()): Promise<Followed> {
  const listener = {
    prepared: (plan: RunPlan) => recorder.begin(plan),
    transition: (seen: Transition) => recorder.transition(seen),
  };
  return follow(url, meter, listener, recorder);
}

/** The same, with somebody who listens to it. */
export function followHeard(url: string, meter: Meter, transition: (seen: Transition) => void): Promise<Followed> {
  return follow(url, meter, { transition });
}

async function follow(url: string, meter: Meter, listener: Listener, recorder?: SwitchedRecorder): Promise<Followed> {
  let pod: PodPlay | undefined;
  const place = await openLoopback({
    play(play) {
      pod = play.scheduled().running();
    },
  });
  const jobs = createCluster({ config: place.config, clock: place.clock });
  const flood = createCluster({
    config: kubeconfigFor(url),
    clock: systemClock,
    ...(recorder && { tap: recorder.tap }),
  });
  let characters = 0;
  let followed: Followed | undefined;
  const transition = (seen: Transition) => {
    listener.transition?.(seen);
    if (seen.type === 'attempt_started' && seen.attempt === 1) meter.begin();
    if (seen.type !== 'attempt_ended' || followed !== undefined) return;
    followed = { lines: seen.lines, ...meter.end() };
    pod?.exited(0);
  };
  const cluster = { ...jobs, openLog: flood.openLog };
  const log = (text: string) => {
    characters += text.length;
    return listener.log?.(text);
  };
  const run = await startRun(place, { cluster }, { script: '' }, { ...listener, log, transition });
  const outcome = await succeeded(run);
  await recorder?.end(outcome);
  const { evidence } = outcome;
  await Promise.all([jobs.close(), flood.close(), place.close()]);
  if (followed === undefined || characters === 0) throw new Error('nothing was read');
  if (!evidence.log.complete) throw new Error('the log was not read to its end');
  return { ...followed, lines: evidence.log.lines };
}
