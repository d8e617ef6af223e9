import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import type { Ask } from '../../src/kubernetes/transport.ts';
import type { Frame } from '../../src/record/frame.ts';
import { Recorder } from '../../src/record/recorder.ts';
import { historyOf } from '../../src/replay/history/build.ts';
import { recordedReference } from '../../src/replay/judge/recorded-reference.ts';
import { FastClock } from '../engine/fast-clock.ts';
import { allowsAllBut, hasNoJobs, jobsPath, kubeconfigFile, server, versionIs } from '../host/api.ts';
import { contextOf } from '../host/ctx.ts';
import { plan } from '../manifest/plan.ts';
import { framesOf, ofType } from './recorded.ts';

const asked = (frames: readonly Frame[]) =>
  ofType(frames, 'request')
    .filter(({ resource }) => resource === 'version' || resource === 'selfsubjectaccessreviews')
    .map(({ t, verb, resource, body }) => ({ before: t < 0, call: `${verb} ${resource}`, body: JSON.stringify(body) }));

describe('the runs of a host', () => {
  let shared: Shared;
  let directory: string;

  beforeEach(() => {
    nock.disableNetConnect();
    versionIs('33');
    allowsAllBut('get pods/log');
    hasNoJobs();
    nock(server).persist().post(jobsPath).reply(422, { kind: 'Status', reason: 'Invalid', message: 'denied' });
    directory = mkdtempSync(join(tmpdir(), 'standing-'));
    const env = { KUBECONFIG: kubeconfigFile() };
    shared = createShared({ clock: new FastClock(1), env, host: new EventEmitter() });
  });
  afterEach(async () => {
    await shared.close();
    nock.cleanAll();
    nock.enableNetConnect();
  });

  async function record(runId: string): Promise<Frame[]> {
    const incidentDir = join(directory, runId);
    const config = { namespace: 'agents', image: 'agent:1', incidentDir };
    await execute(contextOf({ runId, config }).ctx, shared);
    const [name = ''] = readdirSync(incidentDir);
    return framesOf(join(incidentDir, name));
  }

  test('each have the version and the rights in their bundle, although only the first one asks', async () => {
    const [first, second] = [await record('one'), await record('two')];
    expect(asked(first)[0]).toMatchObject({ before: true, call: 'get version' });
    const questions = (frames: Frame[]) =>
      asked(frames)
        .map(({ call, body }) => `${call} ${body}`)
        .sort();
    expect(questions(first).length).toBeGreaterThan(2);
    expect(questions(second)).toEqual(questions(first));
    expect(asked(second).every(({ before }) => before)).toBe(true);
    for (const frames of [first, second]) {
      expect(frames.map((frame) => ('t' in frame ? frame.t : Number.NEGATIVE_INFINITY))).toEqual(
        frames.map((frame) => ('t' in frame ? frame.t : Number.NEGATIVE_INFINITY)).sort((one, other) => one - other),
      );
      expect(historyOf(frames)).toMatchObject({
        version: { minor: '33' },
        denied: [{ verb: 'get', resource: 'pods/log', namespace: 'agents' }],
      });
      expect(recordedReference(frames)?.requests).not.toHaveProperty('get version');
    }
  });
});

describe('a recording', () => {
  const bundles: Frame[][] = [];
  const recorder = new Recorder({
    clock: new FastClock(),
    build: 'test',
    async write(_, __, lines) {
      const frames: Frame[] = [];
      for await (const line of lines) frames.push(JSON.parse(line));
      bundles.push(frames);
      return 'written';
    },
  });
  const review = (namespace: string): Ask => ({
    method: 'POST',
    verb: 'create',
    resource: 'selfsubjectaccessreviews',
    path: '/reviews',
    body: { spec: { resourceAttributes: { verb: 'patch', resource: 'jobs', namespace } } },
  });
  const version: Ask = { method: 'GET', verb: 'get', resource: 'version', path: '/version' };

  function process() {
    const wire = recorder.wire();
    const begin = (namespace = 'agents') => {
      const given = plan();
      const request = { ...given.request, namespace };
      return wire.begin({ plan: { ...given, request }, which: 'all', directory: '/x' });
    };
    const ask = (question: Ask, status = 200) => {
      const listener = wire.tap.request(question, 0);
      return () => {
        listener?.head(status, {}, 0);
        listener?.end('complete', undefined, 0);
      };
    };
    const written = async (recording: ReturnType<typeof begin>) => {
      await recording.end(undefined);
      return asked(bundles.at(-1) ?? []).map(({ call }) => call);
    };
    return { begin, ask, written };
  }

  test('has the rights of its own namespace only', async () => {
    const { begin, ask, written } = process();
    ask(review('agents'))();
    ask(review('others'))();
    ask(version)();
    expect(await written(begin('others'))).toEqual(['create selfsubjectaccessreviews', 'get version']);
    expect(await written(begin('third'))).toEqual(['get version']);
  });

  test('has the answer to a question that another run was asking when it began', async () => {
    const { begin, ask, written } = process();
    const one = begin();
    const answer = one.asking(() => ask(review('agents')));
    const two = begin();
    answer();
    expect([await written(one), await written(two)]).toEqual([
      ['create selfsubjectaccessreviews'],
      ['create selfsubjectaccessreviews'],
    ]);
  });

  test('has an answer of its own instead of the one before, and none that failed for others', async () => {
    const { begin, ask, written } = process();
    ask(version)();
    ask(version, 503)();
    const one = begin();
    one.asking(() => ask(version))();
    expect(await written(one)).toEqual(['get version']);
    expect(ofType(bundles.at(-1) ?? [], 'head').map(({ status }) => status)).toEqual([200]);
    expect(await written(begin())).toEqual(['get version']);
    expect(ofType(bundles.at(-1) ?? [], 'head').map(({ status }) => status)).toEqual([200]);
  });
});
