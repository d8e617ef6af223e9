import { afterEach, describe, expect, test } from 'vitest';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { asks, type Fault } from '../../src/loopback/faults.ts';
import type { StreamEnd } from '../../src/loopback/open-stream.ts';
import { isLog, isWatch } from '../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { annotation, label } from '../../src/manifest/labels.ts';
import { done, init, said, success, until, World } from './world.ts';

const worlds: World[] = [];
async function world(...given: Parameters<typeof World.start>): Promise<World> {
  const made = await World.start(...given);
  worlds.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((one) => one.close()));
});

const begins = (play: PodPlay) => play.scheduled().running().say(init);
const isJobWrite = asks('create', 'jobs');

describe('a run', () => {
  test('goes from its Job to its verdict, every line once, and leaves nothing', async () => {
    const w = await world();
    const host = w.process();
    const run = await w.run(host, { secretEnv: { TOKEN: 'x' } });
    const outcome = await run.handle.outcome;
    expect(outcome).toMatchObject({ verdict: { code: null, exitCode: 0 }, job: 'deleted' });
    expect(run.lines()).toEqual([init, said, done]);
    expect(w.jobs()).toEqual([]);
    await host.cluster.close();
    expect(w.clock.waiting).toBe(0);
    await until('no connection is left', async () => (await w.api.connections()) === 0);
  });

  test('asks no more than it needs, the first of its process too', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run(undefined, { secretEnv: { TOKEN: 'x' } });
    await until('the first line', () => run.lines().length === 1);
    w.plays[0]?.say(said, done).exited(0);
    expect((await run.handle.outcome).verdict.code).toBeNull();
    const asked = Object.groupBy(w.api.requests, ({ verb, resource }) => `${verb} ${resource}`);
    expect(Object.fromEntries(Object.entries(asked).map(([what, all]) => [what, all?.length]))).toEqual({
      'get version': 1,
      'create selfsubjectaccessreviews': 2,
      // What stands in the way, and who was there when ours came into being. The watches ask for no list.
      'list jobs': 2,
      'create jobs': 1,
      'create secrets': 1,
      // Started, and marked before it is deleted.
      'patch jobs': 2,
      'watch jobs': 1,
      'watch pods': 1,
      // The follow of the log, and a read that began after the end was seen.
      'get pods': 2,
      'delete jobs': 1,
    });
  });

  test('whose listener throws, and whose host takes no output, still ends; the loss is said', async () => {
    const w = await world();
    const sinks = {
      log: () => Promise.reject(new Error('disk full')),
      transition: () => {
        throw new Error('broken listener');
      },
    };
    const { verdict } = await (await w.run(undefined, {}, {}, sinks)).handle.outcome;
    expect(verdict.code).toBeNull();
    expect(verdict.notes.join()).toMatch(/output were lost.*disk full/);
  });

  test('in a slow host reads no further than the host takes', async () => {
    const line = JSON.stringify({ type: 'user', pad: 'x'.repeat(100_000) });
    const w = await world((play) => void begins(play));
    let open: (() => void) | undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    let taken = 0;
    const run = await w.run(
      undefined,
      {},
      {},
      {
        async log(text) {
          taken += text.length;
          await gate;
        },
      },
    );
    await until('the follow', () => w.api.streams.list(isLog).length === 1);
    for (let n = 0; n < 300; n++) w.plays[0]?.say(line);
    await until('the network is full', () => (w.api.streams.list(isLog)[0]?.unsentBytes ?? 0) > 1_000_000);
    expect(taken).toBeLessThan(2_000_000);
    open?.();
    w.plays[0]?.say(done).exited(0);
    expect((await run.handle.outcome).verdict.code).toBeNull();
    expect(taken).toBeGreaterThan(30_000_000);
  });
});

describe('a log stream that is cut', () => {
  const ends: StreamEnd[] = ['clean', 'reset', 'fin', 'stall'];

  test('20 times, in every way, in mid-line and mid-character: every line once and in order', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run();
    const expected = [init];
    await until('the follow', () => run.lines().length === 1);
    const log = () => w.api.logs.of(w.plays[0]?.pod ?? never(), 'claude');
    log().chunking = inPiecesOf(7);
    for (let cut = 0; cut < 20; cut++) {
      const line = JSON.stringify({ type: 'user', n: cut, text: '€'.repeat(cut) });
      expected.push(line);
      w.plays[0]?.say(line);
      await until(`line ${cut}`, () => run.lines().length === expected.length);
      log().pushRaw(Buffer.from('2026-11-24T10:00:00.000000000Z {"half":"€').subarray(0, -1));
      w.api.streams.cut(ends[cut % 4] ?? 'reset', isLog);
      await until(`follow ${cut}`, () => w.api.streams.list(isLog).length === 1);
    }
    w.plays[0]?.say(done).exited(0);
    const { verdict, evidence } = await run.handle.outcome;
    expect(verdict).toMatchObject({ code: null, notes: [] });
    expect(evidence.log).toMatchObject({ complete: true, gaps: [] });
    expect(run.lines()).toEqual([...expected, done]);
    expect(run.text()).not.toContain('\ufffd');
  });

  test('while its log rotates: the gap is named, nothing is doubled', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run();
    await until('the first line', () => run.lines().length === 1);
    w.api.streams.cut('reset', isLog);
    const log = w.api.logs.of(w.plays[0]?.pod ?? never(), 'claude');
    log.rotate();
    w.plays[0]?.say(said, done).exited(0);
    const { verdict, evidence } = await run.handle.outcome;
    expect(verdict.code).toBeNull();
    expect(evidence.log.gaps).toHaveLength(1);
    expect(run.lines()).toEqual([init, said, done]);
  });
});

describe('an API that fails', () => {
  const faults: Record<string, Fault> = {
    'answers 500': { is: 'answer', status: 500, body: 'etcd is away' },
    'answers 429 with Retry-After': { is: 'answer', status: 429, retryAfter: 1 },
    'resets the connection': { is: 'reset' },
    'carries it out and never says so': { is: 'lost' },
  };
  const calls = [
    ['create', 'selfsubjectaccessreviews'],
    ['list', 'jobs'],
    ['create', 'jobs'],
    ['create', 'secrets'],
    ['patch', 'jobs'],
    ['delete', 'jobs'],
    ['watch', 'jobs'],
    ['watch', 'pods'],
    ['list', 'pods'],
    ['get', 'pods/log'],
  ] as const;

  for (const [words, fault] of Object.entries(faults)) {
    test.each(calls)(`${words}, twice, on %s %s: one success, one pod`, async (verb, resource) => {
      const w = await world();
      w.api.faults.add(asks(verb, resource), fault, 2);
      const run = await w.run(undefined, { secretEnv: { TOKEN: 'x' } });
      const { verdict } = await run.handle.outcome;
      expect(verdict.message).toBe('');
      expect(verdict.code).toBeNull();
      expect(run.lines()).toEqual([init, said, done]);
      expect(w.plays).toHaveLength(1);
      expect(w.jobs()).toEqual([]);
    });
  }

  test('forgets its history while a run is on: the list is asked again, and nothing is called deleted', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run();
    await until('the follow', () => run.lines().length === 1);
    w.api.store.compact();
    w.api.streams.cut('reset', isWatch);
    w.plays[0]?.say(done).exited(0);
    const { verdict } = await run.handle.outcome;
    expect(verdict).toMatchObject({ code: null, notes: [] });
  });

  test('lets its watches fall silent: the end is still seen', async () => {
    const w = await world((play) => void begins(play), 400);
    const run = await w.run();
    await until('the follow', () => run.lines().length === 1);
    w.api.streams.cut('stall', isWatch);
    w.plays[0]?.say(done).exited(0);
    expect((await run.handle.outcome).verdict.code).toBeNull();
  });
});

describe('several processes', () => {
  test('start one agent at the same moment: one is admitted', async () => {
    const w = await world((play) => void begins(play));
    const both = await Promise.all(['a', 'b'].map((id) => w.run(w.process(id), { runId: `run-${id}` })));
    await until('one is over', () =>
      both.some(({ transitions }) => transitions.some(({ type }) => type === 'run_ended')),
    );
    await until('the pod', () => w.plays.length > 0);
    w.plays[0]?.say(done).exited(0);
    const codes = (await Promise.all(both.map(({ handle }) => handle.outcome))).map(({ verdict }) => verdict.code);
    expect(new Set(codes)).toEqual(new Set([null, 'k8s_concurrent_run_blocked']));
    expect(w.plays).toHaveLength(1);
  });

  test('one lets go of its Job, the next adopts it and has every line once', async () => {
    const w = await world((play) => void begins(play));
    const first = w.process();
    const early = await w.run(first);
    await until('the first line', () => early.lines().length === 1);
    await first.runtime.shutdown('host stops');
    expect((await early.handle.outcome).verdict.code).toBe('k8s_run_handed_over');
    expect(w.jobs()).toHaveLength(1);
    const late = await w.run(w.process(), { runId: 'run-2' });
    await until('the adoption', () => late.lines().length === 1);
    w.plays[0]?.say(said, done).exited(0);
    const outcome = await late.handle.outcome;
    expect(outcome).toMatchObject({ verdict: { code: null }, job: 'deleted' });
    expect(late.lines()).toEqual([init, said, done]);
    expect(w.plays).toHaveLength(1);
  });

  test('the adopting run links to the trace of the one before it, and leaves its own on the Job', async () => {
    const w = await world((play) => void begins(play));
    const [old, own] = [`00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`, `00-${'b'.repeat(32)}-${'2'.repeat(16)}-01`];
    const first = w.process();
    const early = await w.run(first, { traceparent: old });
    await until('the first line', () => early.lines().length === 1);
    await first.runtime.shutdown('host stops');
    await early.handle.outcome;
    const late = await w.run(w.process(), { runId: 'run-2', traceparent: own });
    await until('the adoption', () => late.lines().length === 1);
    expect(late.transitions.find(({ type }) => type === 'job_adopted')).toMatchObject({ linkTo: old });
    expect(w.jobs()[0]?.metadata.annotations).toMatchObject({ [annotation.traceparent]: own });
    w.plays[0]?.say(said, done).exited(0);
    await late.handle.outcome;
  });

  test('a Job that another run adopts is let go without a word', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run();
    await until('the first line', () => run.lines().length === 1);
    const [job] = w.jobs();
    const at = { resource: 'jobs', namespace: 'agents', name: job?.metadata.name ?? '' } as const;
    const before = w.api.requests.filter(({ verb }) => verb === 'delete').length;
    w.api.store.update(at, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, [label.runId]: 'another' };
    });
    const outcome = await run.handle.outcome;
    expect(outcome).toMatchObject({ verdict: { code: 'k8s_run_handed_over' }, job: 'not_ours' });
    expect(w.api.requests.filter(({ verb }) => verb === 'delete')).toHaveLength(before);
  });
});

describe('a stop', () => {
  test('cancels: the pod is ended, and only then is it said', async () => {
    const w = await world((play) => void begins(play));
    const run = await w.run();
    await until('the first line', () => run.lines().length === 1);
    run.handle.cancel('not needed');
    const { verdict } = await run.handle.outcome;
    expect(verdict).toMatchObject({ code: 'cancelled', exitCode: 143 });
    expect(w.plays[0]?.pod).toBeUndefined();
    expect(w.jobs()).toEqual([]);
  });

  test('before the Job is made leaves nothing', async () => {
    const w = await world(success);
    w.api.faults.add(isJobWrite, { is: 'answer', status: 500 }, 3);
    const run = await w.run();
    run.handle.cancel('at once');
    expect((await run.handle.outcome).verdict.code).toBe('cancelled');
    expect(w.jobs()).toEqual([]);
  });
});

test('a Job deleted by somebody else in mid-run is told as that, with its lines', async () => {
  const w = await world((play) => void begins(play));
  const run = await w.run();
  await until('the first line', () => run.lines().length === 1);
  const [job] = w.jobs();
  const other = w.process().cluster;
  await other.deleteJob('agents', job?.metadata.name ?? '', { uid: job?.metadata.uid ?? '' });
  const { verdict } = await run.handle.outcome;
  expect(verdict).toMatchObject({ code: 'k8s_job_deleted_externally', cause: 'deleted_by_other' });
  expect(run.lines()).toEqual([init]);
});

function never(): never {
  throw new Error('no pod');
}
