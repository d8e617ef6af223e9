import { EventEmitter } from 'node:events';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testEnvironment } from '../../src/host/environment/environment.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { allowsAllBut, hastyClock, kubeconfigFile, server, versionIs } from './api.ts';

const path = '/apis/batch/v1/namespaces/of-the-context/jobs';
const denied =
  'jobs.batch "ac-1" is forbidden: ValidatingAdmissionPolicy \'owners\' denied request: every Job names a team';
let shared: Shared;

beforeEach(() => {
  nock.disableNetConnect();
  versionIs('34');
});
afterEach(async () => {
  await shared.close();
  nock.cleanAll();
  nock.enableNetConnect();
});

async function checked(config: Record<string, unknown> = {}) {
  shared = createShared({ clock: hastyClock(), env: { KUBECONFIG: kubeconfigFile() }, host: new EventEmitter() });
  const { checks } = await testEnvironment({ config: { image: 'agent:1', ...config } }, shared);
  return checks.filter(({ code }) => code === 'job');
}

/** The bodies of the dry runs that came. */
function answers(status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): unknown[] {
  const came: unknown[] = [];
  nock(server)
    .post(path)
    .query({ dryRun: 'All' })
    .reply(async (request: Request) => {
      came.push(JSON.parse(await request.text()));
      return [status, body, headers];
    });
  return came;
}

test('the very Job of such a run is shown to the API, as a dry run', async () => {
  allowsAllBut();
  const came = answers(201, { metadata: { name: 'ac-1' } });
  expect(await checked({ priorityClassName: 'agents', labels: { team: 'night' } })).toMatchObject([{ level: 'info' }]);
  expect(came).toMatchObject([
    {
      kind: 'Job',
      metadata: { namespace: 'of-the-context', labels: { team: 'night' } },
      spec: { template: { spec: { priorityClassName: 'agents', containers: [{ image: 'agent:1' }] } } },
    },
  ]);
});

test('what admission denies would fail, in its own words', async () => {
  allowsAllBut();
  answers(403, { kind: 'Status', reason: 'Forbidden', message: denied });
  const [check, ...more] = await checked();
  expect(more).toEqual([]);
  expect(check).toMatchObject({ level: 'error', hint: expect.stringContaining('policy') });
  expect(check?.message).toBe(`the API refuses the Job of such a run: ${denied}`);
});

test('what the API only warns of is a warning', async () => {
  allowsAllBut();
  answers(201, {}, { warning: '299 - "unknown field \\"spec.x\\"", 299 - "would violate a policy"' });
  expect((await checked()).map(({ level, message }) => `${level} ${message}`)).toEqual([
    'warn the API warns of such a Job: unknown field "spec.x"',
    'warn the API warns of such a Job: would violate a policy',
  ]);
});

test('a busy API says nothing about the Job', async () => {
  allowsAllBut();
  answers(503, { kind: 'Status', message: 'come again' });
  expect(await checked()).toMatchObject([{ level: 'info', message: expect.stringContaining('is not known') }]);
});

test('is not asked where a right is missing: that is told already', async () => {
  allowsAllBut('create jobs');
  const came = answers(403, { kind: 'Status', message: 'no' });
  expect(await checked()).toEqual([]);
  expect(came).toEqual([]);
});

test('tells what of the configuration comes to nothing, once', async () => {
  allowsAllBut();
  answers(201, {});
  const checks = await checked({ instructionsFilePath: '/nowhere/AGENTS.md' });
  expect(checks.filter(({ level }) => level === 'warn')).toEqual([
    expect.objectContaining({ message: expect.stringContaining('/nowhere/AGENTS.md') }),
  ]);
});
