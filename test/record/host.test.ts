import { EventEmitter } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nock from 'nock';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '../../src/engine/clock.ts';
import { execute } from '../../src/host/execute.ts';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { recordingOf } from '../../src/record/where.ts';
import { FastClock } from '../engine/fast-clock.ts';
import { until } from '../engine/world.ts';
import { allowsAllBut, hasNoJobs, hastyClock, jobsPath, kubeconfigFile, server, versionIs } from '../host/api.ts';
import { contextOf } from '../host/ctx.ts';
import { framesOf, ofType } from './recorded.ts';

let shared: Shared | undefined;
let directory: string;

beforeEach(() => {
  nock.disableNetConnect();
  versionIs('34');
  allowsAllBut();
  hasNoJobs();
  nock(server).post(jobsPath).reply(422, { kind: 'Status', reason: 'Invalid', message: 'admission webhook denied it' });
  directory = mkdtempSync(join(tmpdir(), 'host-recorded-'));
});

afterEach(async () => {
  await shared?.close();
  nock.cleanAll();
  nock.enableNetConnect();
});

async function run(env: NodeJS.ProcessEnv, config: Record<string, unknown>, clock: Clock = hastyClock()) {
  shared = createShared({
    clock,
    env: { KUBECONFIG: kubeconfigFile(), ...env },
    host: new EventEmitter(),
  });
  const { ctx, heard } = contextOf({ config: { namespace: 'agents', image: 'agent:1', ...config } });
  const result = await execute(ctx, shared);
  return { result, heard };
}

test.each([
  ['the environment', () => [{ CLAUDE_K8S_INCIDENT_DIR: directory }, {}] as const],
  ['the configuration', () => [{ CLAUDE_K8S_INCIDENT_DIR: '/nowhere' }, { incidentDir: directory }] as const],
])('a failed run of the host is recorded where %s says', async (_, where) => {
  const { result } = await run(...where());
  expect(result.errorCode).toBe('k8s_job_create_failed');
  const bundles = () => readdirSync(directory).filter((name) => name.endsWith('.zst'));
  await until('the bundle', () => bundles().length === 1);
  const [name = ''] = bundles();
  expect(name).toContain('-k8s_job_create_failed-');
  const frames = await framesOf(join(directory, name));
  const asked = ofType(frames, 'request').map(({ verb, resource }) => `${verb} ${resource}`);
  expect(asked).toEqual(expect.arrayContaining(['list jobs', 'create jobs']));
  expect(ofType(frames, 'footer')[0]?.diagnosis).toMatchObject({ code: 'k8s_job_create_failed' });
});

test('the log of the run says where, before its result comes', async () => {
  const { heard } = await run({}, { incidentDir: directory }, new FastClock(1));
  const [name = ''] = readdirSync(directory);
  expect(heard.log).toContain(`[paperclip] recorded: ${join(directory, name)}\n`);
});

test('the log of the run says why it is not recorded, and the result is the same', async () => {
  const { heard, result } = await run({}, { incidentDir: import.meta.filename }, new FastClock(1));
  expect(result.errorCode).toBe('k8s_job_create_failed');
  expect(heard.log).toMatch(
    /\[paperclip\] warning: incidentDir: .*host\.test\.ts: the incident could not be written: EEXIST: file already exists\n/,
  );
});

test.each([
  ['there is no directory', { recordIncidents: 'all', incidentDir: undefined }, {}],
  ['the directory is blank', { recordIncidents: 'all', incidentDir: undefined }, { CLAUDE_K8S_INCIDENT_DIR: ' ' }],
  ['it is switched off', { recordIncidents: 'off', incidentDir: '/x' }, { CLAUDE_K8S_INCIDENT_DIR: '/y' }],
] as const)('nothing is recorded when %s', (_, config, env) => {
  expect(recordingOf(config, env)).toBeUndefined();
});
