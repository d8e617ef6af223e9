import { join } from 'node:path';
import { asks } from '../../../src/loopback/faults.ts';
import { isLog } from '../../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../../src/loopback/pod-play.ts';
import { command } from '../../cli/command.ts';
import { done, init, type Played, until, World } from '../../engine/world.ts';
import { recordedProcess } from '../../record/recorded.ts';

export const hostile = '</script><script>document.title = "owned"</script>';

/** No place to break it. */
const long = 'x'.repeat(300);

export interface Incident {
  life: (play: PodPlay) => void;
  goes: (world: World, run: Played) => Promise<void>;
}

const words = (text: string) =>
  JSON.stringify({ type: 'assistant', message: { id: text, model: 'm', content: [{ type: 'text', text }] } });

/** Prints lines one by one, each when the one before has come. */
async function say({ plays }: World, run: Played, lines: number): Promise<void> {
  for (let line = 0; line < lines; line++) {
    const before = run.lines().length;
    plays[0]?.say(words(`${before}`));
    await until('a line', () => run.lines().length > before);
  }
}

async function starts(run: Played): Promise<void> {
  await until('the first line', () => run.lines().length === 1);
}

const begins = (play: PodPlay) => void play.scheduled().running().say(init);

export const incidents = {
  reconnects: {
    life: begins,
    async goes(world, run) {
      await starts(run);
      for (const lines of [5, 9, 14]) {
        await say(world, run, lines);
        world.api.streams.cut('reset', isLog);
        await until('another follow', () => world.api.streams.list(isLog).length === 1);
      }
      world.plays[0]?.say(done).exited(0).concluded('Complete');
    },
  },
  oom: {
    life: (play) => void play.waiting('ImagePullBackOff', `${hostile} ${long}`).scheduled().running().say(init),
    async goes(world, run) {
      await starts(run);
      world.api.faults.add(asks('get', 'pods/log'), {
        is: 'answer',
        status: 503,
        body: { message: `${hostile} ${long}` },
      });
      await say(world, run, 20);
      world.plays[0]?.say(`what it printed ${hostile}`).exited(137, { reason: 'OOMKilled' }).concluded('Failed');
    },
  },
  deletion: {
    life: begins,
    async goes(world, run) {
      await starts(run);
      await say(world, run, 12);
      const name = world.jobs()[0]?.metadata.name ?? '';
      world.api.store.remove({ resource: 'jobs', namespace: 'agents', name });
      world.plays[0]?.removed();
    },
  },
} satisfies Record<string, Incident>;

/** Lets it happen, and has the command line write its page. */
export async function pageOfIncident({ life, goes }: Incident): Promise<string> {
  const world = await World.start(life);
  try {
    const host = recordedProcess(world);
    const run = await world.run(host);
    await goes(world, run);
    await run.handle.outcome;
    const written = await host.written[0];
    if (written === undefined || !('path' in written)) throw new Error('nothing was written');
    const page = join(host.directory, 'page.html');
    const { code, err } = await command(['explain', written.path, '--html', page]);
    if (code !== 0) throw new Error(err);
    return page;
  } finally {
    await world.close();
  }
}
