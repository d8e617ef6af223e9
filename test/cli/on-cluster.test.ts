import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { splitWords } from '../../src/config/list.ts';
import { asks } from '../../src/loopback/faults.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { job, jobs } from '../loopback/objects.ts';
import { command, type Surroundings } from './command.ts';
import { done, init, openPlace, type Place, said } from './place.ts';

const folder = mkdtempSync(join(tmpdir(), 'cli-cluster-'));
afterAll(() => rmSync(folder, { recursive: true }));

let place: Place;
afterEach(() => place.close());

const works = (pod: PodPlay) => pod.scheduled().running().say(init, said('Hello there.'), done).exited(0);
const talks = (pod: PodPlay) => void pod.scheduled().running().say(init, said('Hello there.'));

function run(argv: readonly string[], surroundings: Surroundings = {}) {
  return command(['run', '--image', 'a:1', '--kubeconfig', place.kubeconfig, ...argv], surroundings);
}

/** The listeners of the command line hear a signal of this process; nobody else is sent one. */
function signalOnce(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', when: string): Surroundings {
  let sent = false;
  return {
    onPrint(line) {
      if (sent || !line.includes(when)) return;
      sent = true;
      process.emit(signal, signal);
    },
  };
}

test('a run says what it does line by line when piped, the text of the agent alone on standard output', async () => {
  place = await openPlace(works);
  const { code, out, err } = await run(['hi']);
  expect({ code, out }).toEqual({ code: 0, out: 'Hello there.' });
  const lines = err.split('\n');
  expect(lines[0]).toMatch(/^\[paperclip\] created Job ac-terminal-/);
  expect(lines.at(-1)).toBe('succeeded: 2 turns, 0.0123 USD, session s-1');
  expect(place.jobs()).toEqual([]);
});

test('on a terminal the steps are one live line, taken away at the end', async () => {
  place = await openPlace(works);
  const { err, statuses } = await run(['hi'], { live: true });
  expect(err).not.toContain('created Job');
  expect(statuses.join('\n')).toMatch(/create: created Job ac-terminal-[\s\S]+stream: 3 lines/);
  expect(statuses.at(-1)).toBeUndefined();
});

test('--raw prints the lines of the agent as they are', async () => {
  place = await openPlace(works);
  expect((await run(['hi', '--raw'])).out).toBe([init, said('Hello there.'), done].join('\n'));
});

test('--quiet leaves the text of the agent alone', async () => {
  place = await openPlace(works);
  const { statuses, ...printed } = await run(['hi', '--quiet'], { live: true });
  expect(printed).toEqual({ code: 0, out: 'Hello there.', err: '' });
  expect(statuses.filter((text) => text !== undefined)).toEqual([]);
});

test('--json prints one document and nothing else', async () => {
  place = await openPlace((pod) => void pod.scheduled().running().say(init, said('x')).exited(7));
  const { code, out } = await run(['hi', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ code: 'claude_truncated', exitCode: 7 });
});

describe('the Job is made', () => {
  async function made(argv: string[], surroundings: Surroundings = {}): Promise<string> {
    place = await openPlace(works);
    let text = '';
    place.api.store.subscribe(({ type, object }) => {
      if (type === 'ADDED' && object.kind === 'Job') text = JSON.stringify(object);
    });
    await run(argv, surroundings);
    return text;
  }

  test('of values with quotes, equal signs and lines in them', async () => {
    const value = 'x="y\' = z"\nsecond';
    const text = await made(['it\'s "quoted"', '--env', `A=${value}`, '--extra-args', `--a='b c'`]);
    expect(text).toContain(JSON.stringify({ name: 'A', value }));
    expect(text).toContain(JSON.stringify('it\'s "quoted"'));
    expect(text).toContain(JSON.stringify("--a='b c'"));
  });

  test.each([
    ['an object', 'env: { A: one, B: two }'],
    ['lines', 'env: |\n  A=one\n  B=two'],
  ])('of the prompt on standard input, and of variables of a flag added to %s in the file', async (_, yaml) => {
    const config = join(folder, 'env.yaml');
    writeFileSync(config, yaml);
    const text = await made(['--config', config, '--env', 'B=three'], { input: 'from stdin' });
    expect(text).toContain('"from stdin"');
    expect(text).toContain('{"name":"A","value":"one"},{"name":"B","value":"three"}');
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['while the agent works', 'the agent runs'],
    ['as soon as the Job is there', 'created Job'],
  ])('%s cancels the run and deletes its Job', async (_, when) => {
    place = await openPlace(talks);
    const { code, err } = await run(['hi'], signalOnce('SIGINT', when));
    expect(code).toBe(130);
    expect(err).toContain('cancelling the run; press Ctrl-C again');
    expect(err).toContain('\ncancelled: ');
    expect(place.jobs()).toEqual([]);
  });
});

test('Ctrl-C while it still connects ends at once, and says that nothing was created', async () => {
  place = await openPlace(works);
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  try {
    place.api.faults.add(asks('get', 'version'), { is: 'hang' }, 1);
    const seen = vi.waitFor(() => expect(place.api.requests.length).toBeGreaterThan(0));
    const running = run(['hi']);
    await seen;
    process.emit('SIGINT', 'SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(130);
    expect(place.jobs()).toEqual([]);
    await place.api.close();
    expect((await running).err).toMatch(/^interrupted before anything was created$/m);
    expect(process.listenerCount('SIGINT')).toBe(0);
  } finally {
    exit.mockRestore();
  }
});

test('whose standard output is closed goes on, and says so once', async () => {
  place = await openPlace(works);
  const { code, err } = await run(['hi'], { closedAt: 'Hello there.' });
  expect(code).toBe(0);
  expect(err.split('\n').filter((line) => line.includes('closed'))).toEqual([
    'standard output is closed: the run goes on, Ctrl-C cancels it',
  ]);
});

describe.each(['SIGTERM', 'SIGHUP'] as const)('%s', (signal) => {
  test('leaves the Job, and the printed command comes back to it without a line twice', async () => {
    let pod: PodPlay | undefined;
    place = await openPlace((played) => {
      pod = played;
      talks(played);
    });
    const left = await run(['hi', '--timeout-sec', '600'], signalOnce(signal, 'Hello there.'));
    expect(left.code).toBe(143);
    expect(place.jobs()).toHaveLength(1);
    const words = /to come back: (.*)/.exec(left.err)?.[1] ?? '';
    expect(words).toContain('--timeout-sec=600');
    pod?.say(said('Still here.'), done).exited(0);
    const back = await command(splitWords(words)?.slice(1) ?? []);
    expect(back.code).toBe(0);
    expect([left.out, back.out]).toEqual(['Hello there.', 'Still here.']);
    expect(place.jobs()).toEqual([]);
  });
});

test.each<[string, string[], string]>([
  ['no agent and no task', [], 'Come back with the command below.'],
  ['an agent without a task', ['--agent', 'a'], 'Come back with the command below.'],
  ['a task without an agent', ['--task', 't'], 'Come back with the command below.'],
  ['both', ['--agent', 'a', '--task', 't'], 'Nothing to do: the next run of the task attaches to the Job.'],
])('SIGTERM to a run with %s says what takes up its Job', async (_, argv, says) => {
  place = await openPlace(talks);
  const { err } = await run(['hi', ...argv], signalOnce('SIGTERM', 'Hello there.'));
  expect(err).toMatch(/\nk8s_run_handed_over: [\s\S]*\nto come back: claude-k8s run --attach /);
  expect(err).toContain(says);
});

test('who came by the npm script comes back by it', async () => {
  vi.stubEnv('npm_lifecycle_event', 'claude-k8s');
  try {
    place = await openPlace(talks);
    const { err } = await run(['hi'], signalOnce('SIGTERM', 'Hello there.'));
    expect(err).toMatch(/\nto come back: npm run -s claude-k8s -- run --attach ac-terminal-/);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('SIGTERM ends the process although the API no longer answers, and says so', async () => {
  place = await openPlace(talks);
  const ended = run(['hi'], {
    onPrint(line) {
      if (!line.includes('the agent runs')) return;
      place.api.faults.add(asks('patch', 'jobs'), { is: 'hang' }, Number.POSITIVE_INFINITY);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      process.emit('SIGTERM', 'SIGTERM');
      void vi.advanceTimersByTimeAsync(4_000).then(() => vi.useRealTimers());
    },
  });
  const { code, err } = await ended;
  expect(code).toBe(143);
  expect(err).toMatch(
    /left without an answer of the Kubernetes API.*\nto come back: claude-k8s run --attach ac-terminal-/,
  );
  expect(place.jobs()).toHaveLength(1);
});

/** SIGTERM while the agent runs and the API no longer takes a word. */
function terminatedInSilence(incidents: string) {
  return run(['hi', '--incident-dir', incidents], {
    onPrint(line) {
      if (!line.includes('the agent runs')) return;
      place.api.faults.add(asks('patch', 'jobs'), { is: 'hang' }, Number.POSITIVE_INFINITY);
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      process.emit('SIGTERM', 'SIGTERM');
      void vi.advanceTimersByTimeAsync(4_000).then(() => vi.useRealTimers());
    },
  });
}

test('SIGTERM leaves a recording although the API no longer answers', async () => {
  place = await openPlace(talks);
  const { code, err } = await terminatedInSilence(join(folder, 'unfinished'));
  expect(code).toBe(143);
  expect(err).toMatch(/\nrecorded: .*\/unfinished\/.*-unfinished-[0-9a-f]{8}\.ndjson\.zst$/);
});

test('SIGTERM ends the process although neither the API answers nor the disk takes a recording', async () => {
  place = await openPlace(talks);
  const left = await terminatedInSilence(import.meta.filename);
  expect(left.code).toBe(143);
  expect(left.err).toMatch(/\nwarning: incidentDir: .*\.test\.ts: the incident could not be written: E/);
});

describe('--attach is refused, and nothing is touched,', () => {
  const refused = async (argv: string[]) => {
    const { code, err } = await run(['--attach', ...argv]);
    expect(place.api.requests.filter(({ verb, resource }) => verb !== 'get' && resource === 'jobs')).toEqual([]);
    return { code, err };
  };

  test('when there is no such Job', async () => {
    place = await openPlace(works);
    const { code, err } = await refused(['nope']);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: --attach: there is no Job nope in namespace agents; kubectl -n agents get jobs -l /);
  });

  test("when it is not an agent's", async () => {
    place = await openPlace(works);
    place.api.store.create(jobs, job('backup', { labels: {} }));
    const { code, err } = await refused(['backup']);
    expect(code).toBe(2);
    expect(err).toMatch(/Job backup in namespace agents is no agent's/);
  });

  test('when it may not be read', async () => {
    place = await openPlace(works);
    place.api.access.deny({ verb: 'get', resource: 'jobs' });
    const { code, err } = await refused(['backup']);
    expect(code).toBe(3);
    expect(err).toMatch(/can not be read \(get jobs: .*forbidden.*\); this account needs get on jobs there/);
  });
});
