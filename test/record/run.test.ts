import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { inPiecesOf } from '../../src/loopback/container-log.ts';
import { isLog, isWatch } from '../../src/loopback/open-stream.ts';
import type { PodPlay } from '../../src/loopback/pod-play.ts';
import { done, init, said, success, until, World } from '../engine/world.ts';
import { bodyOf, bytesOf, ofType, recordedProcess, recordingOf } from './recorded.ts';

let world: World;
afterEach(() => world.close());

const begins = (play: PodPlay) => void play.scheduled().running().say(init);

test('a recorded run has every request of its own with each chunk as it was cut, and how it ended', async () => {
  world = await World.start(begins);
  const host = recordedProcess(world);
  const run = await world.run(host);
  await until('the first line', () => run.lines().length === 1);
  const pod = world.plays[0]?.pod;
  if (pod === undefined) throw new Error('no pod');
  world.api.logs.of(pod, 'claude').chunking = inPiecesOf(7);
  world.plays[0]?.say(said);
  await until('the second line', () => run.lines().length === 2);
  world.api.streams.cut('reset', isLog);
  await until('another follow', () => world.api.streams.list(isLog).length === 1);
  world.plays[0]?.say(done).exited(0);
  const outcome = await run.handle.outcome;
  const frames = await recordingOf(host);

  const requests = ofType(frames, 'request');
  const logs = requests.filter(({ resource }) => resource === 'pods/log');
  const paths = [...new Set(logs.map(({ path }) => path))];
  for (const path of paths) {
    const ids = logs.filter((request) => request.path === path).map(({ id }) => id);
    const chunks = ofType(frames, 'chunk').filter(({ id }) => ids.includes(id));
    expect(chunks.map((chunk) => bytesOf(chunk).length)).toEqual(host.heard.get(path)?.map(({ length }) => length));
  }
  const ends = ofType(frames, 'end').filter(({ id }) => logs.some((log) => log.id === id));
  expect(ends[0]).toMatchObject({ how: 'failed', error: { message: expect.any(String) } });
  expect(requests.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(
    expect.arrayContaining(['create jobs', 'patch jobs', 'watch jobs', 'watch pods', 'follow pods/log', 'delete jobs']),
  );
  expect(new Set(ofType(frames, 'decision').map(({ transition }) => transition.type))).toEqual(
    new Set(run.transitions.map(({ type }) => type)),
  );
  expect(ofType(frames, 'decision')).toHaveLength(run.transitions.length);
  expect(frames[0]).toMatchObject({ f: 'header', request: { runId: 'run-1' } });
  expect(frames.at(-1)).toMatchObject({
    f: 'footer',
    diagnosis: { code: outcome.verdict.code, pod: { name: outcome.evidence.pod?.name } },
    dropped: { frames: 0, bytes: 0 },
  });
});

describe('the watches that runs share', () => {
  test('are in each recording with its own objects only', async () => {
    world = await World.start(success);
    const host = recordedProcess(world);
    const names = ['one', 'two'];
    const runs = await Promise.all(names.map((id) => world.run(host, { runId: `run-${id}`, agentId: `agent-${id}` })));
    await Promise.all(runs.map(({ handle }) => handle.outcome));
    for (const [index, own] of names.entries()) {
      const frames = await recordingOf(host, index);
      const watches = ofType(frames, 'request').filter(({ verb }) => verb === 'watch');
      expect(new Set(watches.map(({ resource }) => resource))).toEqual(new Set(['jobs', 'pods']));
      const text = JSON.stringify(frames);
      expect(text).not.toContain(`run-${names[1 - index]}`);
      const lists = ofType(frames, 'request').filter(({ path }) =>
        /claude_k8s(?!.*watch)/.test(decodeURIComponent(path)),
      );
      const seen = [...lists, ...watches].map(({ id }) => bodyOf(frames, id)).join('');
      expect(seen).toContain(`run-${own}`);
      expect(seen).toContain('"phase":"Succeeded"');
    }
  });

  test('that began before a run came to its Job give it what they know of it', async () => {
    world = await World.start(begins);
    const host = recordedProcess(world);
    const first = await world.run(host, { runId: 'other', agentId: 'other' });
    const before = recordedProcess(world);
    const left = await world.run(before);
    await until('both pods', () => first.lines().length === 1 && left.lines().length === 1);
    await before.runtime.shutdown('stops');
    await left.handle.outcome;
    const late = await world.run(host, { runId: 'late' });
    await until('the adoption', () => late.lines().length === 1);
    for (const play of world.plays) play.say(done).exited(0);
    await late.handle.outcome;
    const frames = await recordingOf(host, 1);
    const pods = ofType(frames, 'request').filter(({ verb, resource }) => verb === 'watch' && resource === 'pods');
    const [firstEvent = ''] = pods
      .map(({ id }) => bodyOf(frames, id))
      .join('')
      .split('\n');
    expect(JSON.parse(firstEvent)).toMatchObject({ object: { status: { phase: 'Running' } } });
    expect(JSON.stringify(frames)).not.toContain('"other"');
    await first.handle.outcome;
  });

  test('that begin anew have forgotten what they showed before', async () => {
    world = await World.start(begins);
    const host = recordedProcess(world);
    const first = await world.run(host);
    await until('the first line', () => first.lines().length === 1);
    await host.runtime.shutdown('stops');
    await first.handle.outcome;
    await until('the end of the watches', () => world.api.streams.list(isWatch).length === 0);
    const known = Number(world.jobs()[0]?.metadata.resourceVersion);
    const late = await world.run(host, { runId: 'late' });
    await until('the adoption', () => late.lines().length === 1);
    for (const play of world.plays) play.say(done).exited(0);
    await late.handle.outcome;
    const frames = await recordingOf(host, 1);
    const jobs = ofType(frames, 'request').filter(({ verb, resource }) => verb === 'watch' && resource === 'jobs');
    const shown = jobs.flatMap(({ id }) => bodyOf(frames, id).trim().split('\n'));
    const versions = shown.map((event) => Number(JSON.parse(event).object.metadata.resourceVersion));
    expect(versions.length).toBeGreaterThan(0);
    expect(versions.filter((version) => version <= known)).toEqual([]);
  });
});

describe('whatever the disk does, the verdict stays as it is', () => {
  const full = () => Promise.reject(new Error('ENOSPC: no space left on device'));
  const stuck = () => new Promise<never>(() => {});

  test('full: it is told, and the memory is given back', async () => {
    world = await World.start(success);
    const host = recordedProcess(world, { write: full });
    const run = await world.run(host);
    expect((await run.handle.outcome).verdict).toMatchObject({ code: null, notes: [] });
    expect(await host.written[0]).toMatchObject({ error: expect.stringMatching(/could not be written: ENOSPC/) });
    expect(host.recorder.memoryBytes).toBe(0);
  });

  test('without an answer: later runs end, and what waits is bounded', async () => {
    world = await World.start(success);
    const host = recordedProcess(world, { write: stuck, bytesMax: 40_000 });
    for (const runId of ['one', 'two', 'three', 'four']) {
      const run = await world.run(host, { runId, agentId: runId });
      expect((await run.handle.outcome).verdict).toMatchObject({ code: null, notes: [] });
    }
    expect(host.recorder.memoryBytes).toBeGreaterThan(0);
    expect(host.recorder.memoryBytes).toBeLessThan(40_000);
  });

  test('a file in the place of the directory', async () => {
    world = await World.start(success);
    const host = recordedProcess(world, {}, import.meta.filename);
    const run = await world.run(host);
    expect((await run.handle.outcome).verdict.code).toBeNull();
    expect(await host.written[0]).toMatchObject({ error: expect.stringContaining('run.test.ts: the incident could') });
  });
});

test('a bundle is for its owner only, and its name tells what it is of', async () => {
  world = await World.start(success);
  const host = recordedProcess(world);
  await (await world.run(host)).handle.outcome;
  await host.written[0];
  const [name = '', ...more] = readdirSync(host.directory);
  expect(more).toEqual([]);
  expect(name).toMatch(/^\d{8}T\d{6}\.\d{3}Z-agents-ac-scout-run-1-\w+-succeeded-[0-9a-f]{8}\.ndjson\.zst$/);
  expect(statSync(join(host.directory, name)).mode & 0o777).toBe(0o600);
  expect(host.recorder.memoryBytes).toBe(0);
});

test('words that were written for the recording are kept, but for what looks like a secret', async () => {
  world = await World.start((play) => {
    play.scheduled().running().say(init, said, 'Our own words end it', 'Bearer abcDEF0123456789').exited(7);
  });
  const host = recordedProcess(world, { output: 'kept' });
  await (await world.run(host)).handle.outcome;
  const frames = await recordingOf(host);
  expect(ofType(frames, 'header')[0]?.redaction.output).toBe('kept');
  const chunks = ofType(frames, 'chunk').map((chunk) => bytesOf(chunk).toString());
  expect(chunks.join('')).toContain('hello €');
  expect(chunks.join('')).toContain('Our own words end it');
  expect(Object(ofType(frames, 'footer')[0]?.diagnosis).message).toContain('Our own words end it');
  expect(JSON.stringify(frames)).not.toContain('abcDEF');
});
