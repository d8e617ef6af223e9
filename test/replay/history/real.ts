import { isLog } from '../../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../../src/loopback/pod-play.ts';
import { historyOf } from '../../../src/replay/history/build.ts';
import type { History } from '../../../src/replay/history/history.ts';
import { init, type Played, until, World } from '../../engine/world.ts';
import { recordedProcess, recordingOf } from '../../record/recorded.ts';

export const begins = (play: PodPlay) => void play.scheduled().running().say(init);

export interface Real {
  world: World;
  run: Played;
  pod(): PodPlay;
  /** Whether these bytes have come to the process. */
  heard(text: string): boolean;
  /** Lets so much time pass by the run's clock. */
  pass(ms: number): Promise<void>;
}

export interface Scene {
  life?: (play: PodPlay) => void;
  config?: Record<string, unknown>;
  before?: (world: World) => unknown;
  during?: (real: Real) => Promise<void>;
}

/** The history of one real run before a loopback cluster, recorded at the wire. */
export async function historyFrom({ life = begins, config, before, during }: Scene): Promise<History> {
  const world = await World.start(life, 20);
  try {
    const host = recordedProcess(world);
    await before?.(world);
    const run = await world.run(host, {}, config);
    const pod = () => {
      const [play] = world.plays;
      if (play === undefined) throw new Error('there is no pod');
      return play;
    };
    const pass = (ms: number) => {
      const end = world.clock.now() + ms;
      return until(`${ms} ms later`, () => world.clock.now() >= end);
    };
    const heard = (text: string) => [...host.heard.values()].some((chunks) => Buffer.concat(chunks).includes(text));
    await during?.({ world, run, pod, heard, pass });
    await run.handle.outcome;
    return historyOf(await recordingOf(host));
  } finally {
    await world.close();
  }
}

export function nextFollow({ api }: World, open = api.streams.list(isLog)): Promise<void> {
  return until('another follow', () => api.streams.list(isLog).some((stream) => !open.includes(stream)));
}
