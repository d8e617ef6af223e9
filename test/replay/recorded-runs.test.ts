import { afterEach, describe, expect, test } from 'vitest';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { asks, type Fault } from '../../src/loopback/faults.ts';
import { isLog, isWatch, type StreamEnd } from '../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import type { Frame } from '../../src/record/frame.ts';
import { replayable } from '../../src/replay/entry.ts';
import { historyOf } from '../../src/replay/history/build.ts';
import { judge } from '../../src/replay/judge/judge.ts';
import { recordedReference } from '../../src/replay/judge/recorded-reference.ts';
import { play } from '../../src/replay/play.ts';
import { ownWrites } from '../../src/replay/world/own-writes.ts';
import { done, init, said, success, until, World } from '../engine/world.ts';
import { recordedProcess, recordingOf } from '../record/recorded.ts';

let world: World;
afterEach(() => world.close());

const begins = (pod: PodPlay) => void pod.scheduled().running().say(init);

/** Records one run in a world of its own while `during` interferes with it. */
async function recorded(
  life: (pod: PodPlay) => void,
  during: (run: Awaited<ReturnType<World['run']>>) => Promise<void> = async () => {},
  before: () => Promise<unknown> = async () => undefined,
): Promise<Frame[]> {
  world = await World.start(life, 20);
  const host = recordedProcess(world);
  await before();
  const run = await world.run(host);
  await during(run);
  await run.handle.outcome;
  return recordingOf(host);
}

async function replayed(frames: readonly Frame[]) {
  const history = historyOf(frames);
  const reference = recordedReference(frames);
  if (reference === undefined) throw new Error('the recording has no verdict');
  const played = await play({ build: replayable, history, own: ownWrites(frames) });
  const judgement = judge(history, reference, played);
  return { history, played, judgement };
}

const podLog = () => {
  const pod = world.plays[0]?.pod;
  if (pod === undefined) throw new Error('no pod');
  return world.api.logs.of(pod, 'claude');
};

describe('comes to the same verdict, with every line once', () => {
  test('a success', async () => {
    const { judgement, played } = await replayed(await recorded(success));
    expect(judgement).toMatchObject({ changes: [], verdict: { came: { code: null } }, beyondMs: 0 });
    expect(played.lines.map((line) => Buffer.byteLength(line))).toEqual(
      [init, said, done].map((line) => Buffer.byteLength(line)),
    );
  });

  test.each(['clean', 'reset', 'fin', 'stall'] as const)(
    'a log stream that died by %s, in mid-character',
    async (how) => {
      const frames = await recorded(begins, (run) => cutInMidLine(run, how));
      const { judgement, history } = await replayed(frames);
      expect(judgement).toMatchObject({ changes: [], lines: { written: 5, delivered: 5, lost: 0, doubled: 0 } });
      expect(history.cuts.filter(({ stream }) => stream === 'pods/log')).not.toEqual([]);
    },
  );

  test('equal lines before and after a cut', async () => {
    const frames = await recorded(begins, async (run) => {
      await until('the first line', () => run.lines().length === 1);
      world.plays[0]?.say(said, said, said);
      await until('the lines', () => run.lines().length === 4);
      world.api.streams.cut('reset', isLog);
      await until('the next follow', () => world.api.streams.list(isLog).length === 1);
      world.plays[0]?.say(said, said, done).exited(0);
    });
    const { judgement } = await replayed(frames);
    expect(judgement).toMatchObject({ changes: [], lines: { written: 7, delivered: 7, lost: 0, doubled: 0 } });
  });

  test('watches that forget their version', async () => {
    const frames = await recorded(begins, async (run) => {
      await until('the follow', () => run.lines().length === 1);
      world.api.store.compact();
      world.api.streams.cut('reset', isWatch);
      world.plays[0]?.say(done).exited(0);
    });
    expect((await replayed(frames)).judgement.changes).toEqual([]);
  });

  const faults: Record<string, Fault> = {
    'answers 500': { is: 'answer', status: 500, body: 'etcd is away' },
    'answers 429 with Retry-After': { is: 'answer', status: 429, retryAfter: 1 },
    'resets the connection': { is: 'reset' },
    'carries it out and never says so': { is: 'lost' },
  };
  for (const [words, fault] of Object.entries(faults)) {
    test.each([
      ['list', 'jobs'],
      ['create', 'jobs'],
      ['patch', 'jobs'],
      ['watch', 'pods'],
      ['get', 'pods/log'],
    ] as const)(`an API that ${words}, twice, on %s %s`, async (verb, resource) => {
      const frames = await recorded(success, undefined, async () => {
        world.api.faults.add(asks(verb, resource), fault, 2);
      });
      const { judgement, played } = await replayed(frames);
      expect(judgement.changes).toEqual([]);
      expect(played.steps.filter(({ type }) => type === 'job_created').length).toBeLessThanOrEqual(1);
    });
  }

  test('a Job that somebody else deletes', async () => {
    const frames = await recorded(begins, async (run) => {
      await until('the first line', () => run.lines().length === 1);
      const [job] = world.jobs();
      const { name = '', uid = '' } = job?.metadata ?? {};
      await world.process().cluster.deleteJob('agents', name, { uid });
    });
    const { judgement } = await replayed(frames);
    expect(judgement).toMatchObject({ changes: [], verdict: { came: { cause: 'deleted_by_other' } } });
  });

  test('a cancel', async () => {
    const frames = await recorded(begins, async (run) => {
      await until('the first line', () => run.lines().length === 1);
      run.handle.cancel('not needed');
    });
    const { judgement } = await replayed(frames);
    expect(judgement).toMatchObject({ changes: [], verdict: { came: { code: 'cancelled', exitCode: 143 } } });
  });

  test('a Job that is handed over', async () => {
    const frames = await recorded(begins, async (run) => {
      await until('the first line', () => run.lines().length === 1);
      run.handle.release('host stops');
    });
    const { judgement, played } = await replayed(frames);
    expect(judgement).toMatchObject({ changes: [], verdict: { came: { code: 'k8s_run_handed_over' } } });
    expect(played.deletions).toEqual([]);
  });

  test('an account that may not watch', async () => {
    const frames = await recorded(success, undefined, async () => {
      world.api.access.deny({ verb: 'watch', resource: 'pods' }, { verb: 'watch', resource: 'jobs' });
    });
    const { judgement, played } = await replayed(frames);
    expect(judgement.changes).toEqual([]);
    expect(played.steps.some(({ type }) => type === 'watch_degraded')).toBe(true);
  });

  test('a Job that a process left behind, adopted by the recorded run', async () => {
    const frames = await recorded(
      begins,
      async (run) => {
        await until('the adoption', () => run.lines().length === 1);
        world.plays[0]?.say(said, done).exited(0);
      },
      async () => {
        const first = world.process();
        const early = await world.run(first, { runId: 'run-0' });
        await until('the first line', () => early.lines().length === 1);
        await first.runtime.shutdown('host stops');
      },
    );
    const { judgement } = await replayed(frames);
    expect(judgement).toMatchObject({ changes: [], lines: { written: 3, delivered: 3 } });
  });
});

test('the same recording gives the same run each time, to the millisecond', async () => {
  const frames = await recorded(begins, (run) => cutInMidLine(run, 'reset'));
  const [one, other] = [await replayed(frames), await replayed(frames)];
  expect(one.played.steps).toEqual(other.played.steps);
  expect(one.played.tookMs).toBe(other.played.tookMs);
});

async function cutInMidLine(run: Awaited<ReturnType<World['run']>>, how: StreamEnd): Promise<void> {
  await until('the first line', () => run.lines().length === 1);
  podLog().chunking = inPiecesOf(7);
  world.plays[0]?.say(said, said);
  await until('three lines', () => run.lines().length === 3);
  podLog().pushRaw(Buffer.from('2026-11-24T10:00:00.000000000Z {"half":"€').subarray(0, -1));
  world.api.streams.cut(how, isLog);
  world.plays[0]?.say(said);
  await until('another follow', () => world.api.streams.list(isLog).length === 1);
  world.plays[0]?.say(done).exited(0);
}
