import { afterEach, describe, expect, test } from 'vitest';
import { createRuntime } from '../../src/engine/create-runtime.ts';
import { Inbox, inboxMax } from '../../src/engine/inbox.ts';
import type { Cluster, LogFeed, Subscriber } from '../../src/kubernetes/cluster.ts';
import type { Observation } from '../../src/run/observation.ts';
import type { PodSnapshot } from '../../src/run/snapshot.ts';
import { pod } from '../failure/build.ts';
import { said, success, until, World } from './world.ts';

const fault = {
  kind: 'unreachable',
  call: 'watch pods',
  status: undefined,
  reason: undefined,
  message: 'x',
  retryAfterMs: undefined,
} as const;
const podSeen = (uid: string, at = 0): Observation => ({ type: 'pod_seen', at, pod: pod({ uid }) });
const podGone = (uid: string): Observation => ({
  type: 'pod_gone',
  at: 0,
  uid,
  last: undefined,
  route: 'watch-deleted',
});
const piece: Observation = { type: 'log_received', at: 0, attempt: 1, bytes: 1, lines: [] };

function all(inbox: Inbox): Observation[] {
  return Array.from({ length: inbox.length }, () => inbox.take()).flatMap((seen) => seen ?? []);
}

describe('an inbox', () => {
  test.each<[string, (at: number) => Observation, number]>([
    ['of the states of one object keeps the newest', (at) => podSeen('a', at), 9_999],
    ['of ticks the last', (at) => ({ type: 'tick', at }), 9_999],
    ['of the reasons to stop the first', (at) => ({ type: 'cancel_requested', at, reason: `${at}` }), 0],
    ['of the reasons to shut down the first', (at) => ({ type: 'shutdown_requested', at, reason: `${at}` }), 0],
    [
      'of the states of a watch the newest',
      (at) =>
        at % 2 === 0
          ? { type: 'watch_degraded', at, kind: 'pods', fault }
          : { type: 'watch_recovered', at, kind: 'pods' },
      9_999,
    ],
  ])('%s out of ten thousand', (_, make, kept) => {
    const inbox = new Inbox();
    for (let at = 0; at < 10_000; at++) void inbox.put(make(at));
    expect(all(inbox)).toEqual([make(kept)]);
  });

  test('keeps the order, and what was said of an object before and after it was gone', () => {
    const inbox = new Inbox();
    const told = [podSeen('a'), podSeen('b'), podGone('a'), podSeen('a'), piece, { type: 'tick', at: 0 } as const];
    for (const seen of told) void inbox.put(seen);
    void inbox.put(podSeen('b', 7));
    void inbox.put(podSeen('a', 8));
    expect(all(inbox)).toEqual([podSeen('a'), podSeen('b', 7), podGone('a'), podSeen('a', 8), ...told.slice(4)]);
  });

  test('lets the reader of the log wait until its piece is taken, and takes one at a time', async () => {
    const inbox = new Inbox();
    void inbox.put(podSeen('a'));
    let waits = true;
    const taken = inbox.put(piece)?.then(() => {
      waits = false;
    });
    expect(() => inbox.put(piece)).toThrow('a second piece of the log');
    inbox.take();
    await Promise.resolve();
    expect(waits).toBe(true);
    inbox.take();
    await taken;
    expect(waits).toBe(false);
    const given = inbox.put(piece);
    inbox.clear();
    await given;
    expect(inbox.length).toBe(0);
  });

  test('says when there is more than it may hold', () => {
    const inbox = new Inbox();
    for (let n = 0; n < inboxMax; n++) void inbox.put(podSeen(`${n}`));
    void inbox.put(podSeen('0'));
    expect(() => inbox.put(podSeen('one more'))).toThrow(`${inboxMax} observations wait`);
    expect(inbox.length).toBe(inboxMax);
  });
});

describe('a run that is told much while it decides', () => {
  let world: World | undefined;
  afterEach(() => world?.close());

  /** A run before a cluster that does something of its own. */
  async function begin(
    over: (cluster: Cluster) => Partial<Cluster>,
    life = success,
    sinks: Parameters<World['run']>[3] = {},
  ) {
    world = await World.start(life);
    const process = world.process();
    const cluster = { ...process.cluster, ...over(process.cluster) };
    const runtime = createRuntime({ cluster, clock: world.clock, holder: process.runtime.holder });
    return world.run({ cluster, runtime }, {}, {}, sinks);
  }

  /** Who subscribes is told so many pods before the subscription returns. */
  function flooded(pods: readonly PodSnapshot[]) {
    return (cluster: Cluster): Partial<Cluster> => ({
      watchPods(namespace, subscriber: Subscriber<PodSnapshot>) {
        for (const one of pods) subscriber.seen(one);
        return cluster.watchPods(namespace, subscriber);
      },
    });
  }
  const early = (uid: string) => pod({ uid, createdAt: 0, phase: 'Pending', agent: undefined });

  test('of one pod goes on as if it had been told the last of it', async () => {
    const run = await begin(flooded(Array.from({ length: 10_000 }, () => early('early'))));
    expect(await run.handle.outcome).toMatchObject({ verdict: { code: null } });
  });

  test('of more objects than it may hold fails with that word', async () => {
    const run = await begin(flooded(Array.from({ length: inboxMax + 1 }, (_, n) => early(`early-${n}`))));
    await expect(run.handle.outcome).rejects.toThrow(`${inboxMax} observations wait for one decision`);
  });

  test('of its log lets the reading wait and loses no line', async () => {
    let feed: LogFeed | undefined;
    const waits: unknown[] = [];
    const line = (n: number) => ({ stamp: `2026-11-24T10:00:0${n}.000000000Z`, text: said });
    const run = await begin(
      () => ({
        openLog(_, given) {
          feed = given;
          return { close: () => given.ended('closed', undefined, undefined) };
        },
      }),
      (play) => void play.scheduled().running(),
      {
        transition({ type }) {
          if (type === 'output' && waits.length < 3) waits.push(feed?.received(1, [line(1 + waits.length)]));
        },
      },
    );
    await until('the log is asked for', () => feed !== undefined);
    expect(feed?.received(1, [line(0)])).toBeUndefined();
    expect(waits).toEqual([expect.any(Promise), expect.any(Promise), expect.any(Promise)]);
    await Promise.all(waits);
    expect(run.lines()).toEqual([said, said, said, said]);
    run.handle.release('enough');
    await run.handle.outcome;
  });
});
