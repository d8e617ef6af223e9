import { describe, expect, test } from 'vitest';
import { isLog, isWatch } from '../../../src/loopback/open-stream.ts';
import { done, said, success, until } from '../../engine/world.ts';
import { Bundle, fleet, pod as podObject, podsPath, startedAt } from './bundle.ts';
import { historyFrom, nextFollow } from './real.ts';

describe('a real run', () => {
  test('that nothing befell has no cuts, no outages and no denials', async () => {
    const { cuts, outages, denied, told } = await historyFrom({ life: success });
    expect({ cuts, outages, denied, told }).toEqual({ cuts: [], outages: [], denied: [], told: [] });
  });

  test.each(['clean', 'reset', 'fin'] as const)(
    'whose follow is cut (%s) says how, and what was left of a line',
    async (how) => {
      const { cuts, logs } = await historyFrom({
        async during({ world, run, pod, heard }) {
          await until('the first line', () => run.lines().length === 1);
          const { api } = world;
          const open = api.streams.list(isLog);
          api.logs.of(pod().pod ?? never(), 'claude').pushRaw('2026-11-24T10:00:00.000000000Z {"half');
          await until('half a line', () => heard('{"half'));
          api.streams.cut(how, isLog);
          await nextFollow(world, open);
          pod().say(said, done);
          await until('the lines', () => run.lines().length === 3);
          pod().exited(0);
        },
      });
      expect(cuts).toEqual([
        {
          at: expect.any(Number),
          stream: 'pods/log',
          how,
          fragment: expect.stringMatching(/^2026-11-24T10:00:00.000000000Z .{6}$/),
        },
      ]);
      expect(logs[0]?.lines).toHaveLength(3);
    },
  );

  test('whose follow stalls while its container goes on says from when', async () => {
    let silentFrom = 0;
    const { cuts, logs } = await historyFrom({
      async during({ world, run, pod, pass }) {
        await until('the first line', () => run.lines().length === 1);
        silentFrom = world.clock.now();
        const open = world.api.streams.list(isLog);
        world.api.streams.cut('stall', isLog);
        await pass(5_000);
        pod().say(said);
        await nextFollow(world, open);
        pod().say(done).exited(0);
      },
    });
    const stalls = cuts.filter(({ stream }) => stream === 'pods/log');
    expect(stalls).toMatchObject([{ how: 'stall' }]);
    expect(Math.abs((stalls[0]?.at ?? 0) - silentFrom)).toBeLessThan(1_000);
    expect(logs[0]?.lines).toHaveLength(3);
  });

  test.each(['clean', 'reset', 'fin'] as const)(
    'whose watches are cut (%s) says so once for each kind',
    async (how) => {
      const { cuts } = await historyFrom({
        async during({ world, run, pod, pass }) {
          await until('the first line', () => run.lines().length === 1);
          await pass(2_000);
          world.api.streams.cut(how, isWatch);
          await pass(2_000);
          pod().say(done).exited(0);
        },
      });
      expect(cuts.map(({ stream, how: was }) => `${stream} ${was}`).sort()).toEqual([`jobs ${how}`, `pods ${how}`]);
    },
  );

  test('whose watch is told that its version is too old says so', async () => {
    const { cuts } = await historyFrom({
      async during({ world, run, pod, heard, pass }) {
        await until('the first line', () => run.lines().length === 1);
        const { store } = world.api;
        const [job] = world.jobs();
        for (const at of [
          { resource: 'jobs', namespace: 'agents', name: job?.metadata.name ?? '' },
          { resource: 'pods', namespace: 'agents', name: pod().podName },
        ] as const) {
          store.update(at, ({ metadata }) => Object.assign(metadata.labels ?? {}, { touched: `${at.resource}-too` }));
        }
        await until('both changes', () => heard('jobs-too') && heard('pods-too'));
        // Something else is written, so that what the watches know is old.
        store.create({ resource: 'secrets', namespace: 'agents' }, { metadata: { name: 'other' } });
        store.compact();
        world.api.streams.cut('clean', isWatch);
        await pass(3_000);
        pod().say(done).exited(0);
      },
    });
    expect(cuts.filter(({ expired }) => expired).map(({ stream, how }) => `${stream} ${how}`)).toEqual(
      expect.arrayContaining(['jobs clean', 'pods clean']),
    );
  });
});

describe('a watch', () => {
  const watched = (how: 'complete' | 'aborted', t: number) => {
    const bundle = new Bundle().ownJob(1000);
    const id = bundle.watch(1200, 'pods', `${fleet}&watch=true&timeoutSeconds=300`);
    bundle.event(id, 1300, 'ADDED', podObject(12)).end(id, t, how);
    return bundle;
  };

  test('that ends at its time limit is not cut, and before that it is', () => {
    expect(watched('complete', 301_200).history().cuts).toEqual([]);
    expect(watched('complete', 200_000).history().cuts).toEqual([
      { at: startedAt + 200_000, stream: 'pods', how: 'clean' },
    ]);
  });

  test('that we end is not cut, unless what follows it shows at once what it had missed', () => {
    expect(watched('aborted', 91_300).history().cuts).toEqual([]);
    const known = watched('aborted', 91_300).list(91_310, `${podsPath}${fleet}`, 12, podObject(12));
    expect(known.history().cuts).toEqual([]);
    const missed = watched('aborted', 91_300).list(
      91_310,
      `${podsPath}${fleet}`,
      20,
      podObject(20, { status: { phase: 'Failed' } }),
    );
    expect(missed.history().cuts).toEqual([{ at: startedAt + 1301, stream: 'pods', how: 'stall' }]);
  });

  test('that breaks with another error than of its version is cut, and not expired', () => {
    const status = (code: number) => ({ kind: 'Status', code, reason: code === 410 ? 'Expired' : 'InternalError' });
    for (const code of [500, 410]) {
      const bundle = new Bundle().ownJob(1000);
      const id = bundle.watch(1200, 'pods');
      bundle.event(id, 2000, 'ERROR', status(code)).end(id, 2001, 'aborted');
      const [cut] = bundle.history().cuts;
      expect(cut).toMatchObject({ at: startedAt + 2000, how: 'clean' });
      expect(cut?.expired).toBe(code === 410 ? true : undefined);
    }
  });
});

test('streams of one kind that one cause ends are one cut, and of two causes two', () => {
  const bundle = new Bundle().ownJob(1000);
  for (const [at, end] of [
    [2000, 3000],
    [2000, 3040],
    [2000, 4000],
  ] as const) {
    const id = bundle.follow(at);
    bundle
      .head(id, at + 1)
      .chunk(id, at + 2, 'x')
      .end(id, end, 'failed', 'ECONNRESET');
  }
  expect(bundle.history().cuts.map(({ at }) => at - startedAt)).toEqual([3000, 4000]);
});

test('a cut and the word right after it that the version is too old are two', () => {
  const bundle = new Bundle().ownJob(1000);
  bundle.end(bundle.watch(1200, 'pods'), 3000);
  const again = bundle.watch(3005, 'pods');
  bundle.event(again, 3010, 'ERROR', { code: 410 }).end(again, 3011);
  expect(bundle.history().cuts.map(({ at, expired }) => [at - startedAt, expired])).toEqual([
    [3000, undefined],
    [3010, true],
  ]);
});

test('a follow that we end and that owed nothing was not cut', () => {
  const bundle = new Bundle().ownJob(1000);
  const id = bundle.follow(2000);
  bundle.head(id, 2001).chunk(id, 2005, '2026-11-25T10:00:02.000000000Z x\n').end(id, 60_000, 'aborted');
  expect(bundle.history().cuts).toEqual([]);
});

test.each([
  ['UND_ERR_SOCKET', 'fin'],
  ['ECONNRESET', 'reset'],
] as const)('%s is the word for %s', (code, how) => {
  const bundle = new Bundle().ownJob(1000);
  bundle.end(bundle.watch(1200, 'pods'), 3000, 'failed', code);
  expect(bundle.history().cuts).toMatchObject([{ how }]);
});

function never(): never {
  throw new Error('there is no pod');
}
