import { systemClock } from '../src/engine/clock.ts';
import { createCluster } from '../src/kubernetes/client.ts';
import { kubeconfigFor } from '../src/loopback/kubeconfig.ts';
import type { PodPlay } from '../src/loopback/pod-play.ts';
import type { Transition } from '../src/run/transition.ts';
import type { Followed, Meter } from './meter.ts';
import { startRun, succeeded } from './one-run.ts';
import { openLoopback } from './place.ts';

/** A whole run, from its Job to its verdict, whose log comes from the flood server. */
export async function followOurs(url: string, meter: Meter): Promise<Followed> {
  let pod: PodPlay | undefined;
  const place = await openLoopback({
    play(play) {
      pod = play.scheduled().running();
    },
  });
  const jobs = createCluster({ config: place.config, clock: place.clock });
  const flood = createCluster({ config: kubeconfigFor(url), clock: systemClock });
  let characters = 0;
  let followed: Followed | undefined;
  const transition = (seen: Transition) => {
    if (seen.type === 'attempt_started' && seen.attempt === 1) meter.begin();
    if (seen.type !== 'attempt_ended' || followed !== undefined) return;
    followed = { lines: seen.lines, ...meter.end() };
    pod?.exited(0);
  };
  const cluster = { ...jobs, openLog: flood.openLog };
  const run = await startRun(
    place,
    { cluster },
    { script: '' },
    {
      log(text) {
        characters += text.length;
      },
      transition,
    },
  );
  const { evidence } = await succeeded(run);
  await Promise.all([jobs.close(), flood.close(), place.close()]);
  if (followed === undefined || characters === 0) throw new Error('nothing was read');
  if (!evidence.log.complete) throw new Error('the log was not read to its end');
  return { ...followed, lines: evidence.log.lines };
}
