import { EventEmitter } from 'node:events';
import nock from 'nock';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testEnvironment } from '../../src/host/environment/environment.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { sweepWhenLoaded } from '../../src/host/sweep.ts';
import { adapterType, annotation, label } from '../../src/manifest/labels.ts';
import { allowsAllBut, hastyClock, kubeconfigFile, server, versionIs } from './api.ts';

const opened: Shared[] = [];
const complete = { type: 'Complete', status: 'True' };
const reachable = { PAPERCLIP_AGENT_JWT_SECRET: 'x', PAPERCLIP_API_URL: 'http://paperclip:3100' };

beforeEach(() => nock.disableNetConnect());
afterEach(async () => {
  await Promise.all(opened.splice(0).map((shared) => shared.close()));
  nock.cleanAll();
  nock.enableNetConnect();
});

async function check(config: unknown, env: NodeJS.ProcessEnv = reachable) {
  const all = { KUBECONFIG: kubeconfigFile(), ...env };
  const shared = createShared({ clock: hastyClock(), env: all, host: new EventEmitter() });
  opened.push(shared);
  const report = await testEnvironment({ config }, shared);
  return { status: report.status, bad: report.checks.filter(({ level }) => level !== 'info'), report };
}

describe('the check of the environment', () => {
  test('passes where everything is there, and says what it saw', async () => {
    versionIs('34');
    allowsAllBut();
    const { status, report } = await check({ image: 'agent:1' });
    expect(status).toBe('pass');
    const said = report.checks.map(({ message }) => message).join('\n');
    expect(said).toContain('v1.34.0 at https://cluster.test:6443');
    expect(said).toContain('namespace of-the-context');
    expect(said).toContain('image agent:1');
  });

  test('fails without a verb that nothing works without, and warns of the others', async () => {
    versionIs('34');
    allowsAllBut('get pods/log', 'watch pods', 'patch jobs');
    const { status, bad } = await check({ image: 'agent:1' });
    expect(status).toBe('fail');
    expect(bad.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn this account may not patch jobs: no adoption, and admission is per process only',
      'warn this account may not watch pods: pods are polled',
      'error this account may not get pods/log',
    ]);
    expect(bad.every(({ hint }) => hint?.startsWith('allow '))).toBe(true);
  });

  test.each([
    [reachable, 'error'],
    [{ PAPERCLIP_API_URL: 'http://paperclip:3100' }, 'warn'],
  ])('a server that signs tokens gives every run one, which takes a Secret', async (env, expected) => {
    versionIs('34');
    allowsAllBut('create secrets');
    const { bad } = await check({ image: 'agent:1' }, env);
    expect(bad.filter(({ code }) => code === 'rbac')).toMatchObject([{ level: expected }]);
  });

  test('names the living Jobs that nobody answers for, and not those that somebody does', async () => {
    versionIs('34');
    allowsAllBut();
    const labels = (task: string) => ({ [label.adapterType]: adapterType, [label.taskId]: task });
    const held = {
      [annotation.holder]: JSON.stringify({ host: 'h', bootId: 'b', pid: 1 }),
      [annotation.renewedAt]: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const items = [
      { metadata: { name: 'left', uid: '1', labels: labels('task-1') } },
      { metadata: { name: 'at-work', uid: '2', labels: labels('task-2'), annotations: held } },
      { metadata: { name: 'ended', uid: '3', labels: labels('task-3') }, status: { conditions: [complete] } },
    ];
    nock(server)
      .get('/apis/batch/v1/namespaces/of-the-context/jobs')
      .query({ labelSelector: `${label.adapterType}=${adapterType}`, limit: /./ })
      .reply(200, { kind: 'JobList', metadata: { resourceVersion: '1' }, items });
    const { status, bad } = await check({ image: 'agent:1' });
    expect(status).toBe('warn');
    expect(bad).toMatchObject([{ code: 'unowned_jobs', level: 'warn' }]);
    expect(bad[0]?.message).toContain('left (task task-1)');
    expect(bad[0]?.message).not.toMatch(/at-work|ended/);
    expect(bad[0]?.hint).toContain('claude-k8s run --attach <job> --namespace of-the-context');
  });

  test('says when a quota has no room for one more agent, and not when it has', async () => {
    const quota = (name: string, used: string, hard: string) => ({
      metadata: { name },
      status: { hard: { 'requests.cpu': hard, 'count/secrets': '0' }, used: { 'requests.cpu': used } },
    });
    versionIs('34');
    allowsAllBut();
    nock(server)
      .get('/api/v1/namespaces/of-the-context/resourcequotas')
      .query(true)
      .reply(200, { metadata: {}, items: [quota('full', '3500m', '4'), quota('just-enough', '3', '4')] });
    const { bad } = await check({ image: 'agent:1' });
    expect(bad).toMatchObject([{ code: 'quota', level: 'warn' }]);
    expect(bad[0]?.message).toContain('quota full has no room for an agent now: 3500m of 4 requests.cpu');
  });

  test.each([
    [-120, 'ahead of'],
    [120, 'behind'],
    [3, undefined],
  ])('with an API whose clock is %i s off', async (seconds, expected) => {
    versionIs('34');
    allowsAllBut();
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    nock(server)
      .get('/apis/batch/v1/namespaces/of-the-context/jobs')
      .query(true)
      .reply(200, { metadata: {}, items: [] }, { date });
    const clocks = (await check({ image: 'agent:1' })).bad.filter(({ code }) => code === 'clock');
    expect(clocks.map(({ message }) => /ahead of|behind/.exec(message)?.[0])).toEqual(expected ? [expected] : []);
  });

  test('fails without an image, outside of a cluster', async () => {
    versionIs('34');
    allowsAllBut();
    expect((await check({})).bad).toMatchObject([{ code: 'image', level: 'error' }]);
  });

  test('warns when agents get no token or can not reach Paperclip', async () => {
    for (const url of [undefined, 'http://localhost:3100', 'http://127.0.0.1:3100']) {
      nock.cleanAll();
      versionIs('34');
      allowsAllBut();
      const { status, bad } = await check({ image: 'agent:1' }, url === undefined ? {} : { PAPERCLIP_API_URL: url });
      expect(status).toBe('warn');
      expect(bad.map(({ code }) => code)).toEqual(['auth_token', 'api_url']);
    }
  });

  test('stops at an API that can not be used, at one that is too old, and at a bad configuration', async () => {
    nock(server).get('/version').reply(401, { message: 'Unauthorized' });
    expect((await check({ image: 'a' })).report.checks).toMatchObject([{ code: 'cluster', level: 'error' }]);
    versionIs('26');
    expect((await check({ image: 'a' })).bad).toMatchObject([{ message: expect.stringContaining('too old') }]);
    expect((await check({ timeoutSec: 'x' })).report).toMatchObject({
      status: 'fail',
      checks: [{ code: 'config_invalid' }],
    });
  });
});

test('soon after it was loaded it looks for Jobs that an earlier process left, where its account is at home', async () => {
  const shared = createShared({ clock: hastyClock(), env: { KUBECONFIG: kubeconfigFile() }, host: new EventEmitter() });
  opened.push(shared);
  const list = nock(server)
    .get('/apis/batch/v1/namespaces/of-the-context/jobs')
    .query(true)
    .reply(200, { kind: 'JobList', metadata: {}, items: [{ metadata: { name: 'left', uid: '1' } }] });
  sweepWhenLoaded(() => shared, hastyClock());
  const metrics = async () => shared.telemetry.registry.metrics();
  await vi.waitFor(async () => expect(await metrics()).toMatch(/^claude_k8s_unowned_jobs 1$/m));
  expect(list.isDone()).toBe(true);
});

test('and finds nothing wrong with a host that has no cluster', async () => {
  const shared = createShared({ clock: hastyClock(), env: { KUBECONFIG: '/nowhere' }, host: new EventEmitter() });
  opened.push(shared);
  let looked = false;
  const host = () => {
    looked = true;
    return shared;
  };
  sweepWhenLoaded(host, hastyClock());
  await vi.waitFor(() => expect(looked).toBe(true));
});
