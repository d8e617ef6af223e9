import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { parseConfig } from '../../src/config/parse.ts';
import { systemClock } from '../../src/engine/clock.ts';
import { createCluster } from '../../src/kubernetes/client.ts';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import type { RunPlan } from '../../src/manifest/plan.ts';
import { type PrepareInput, prepareRun, type RunInput } from '../../src/prepare/prepare.ts';
import { holder } from '../manifest/plan.ts';

export const server = 'http://api.test:8080';
export const folder = mkdtempSync(join(tmpdir(), 'prepare-'));
export let cluster: Cluster;

beforeAll(() => {
  nock.disableNetConnect();
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: true }, { name: 'u' });
  cluster = createCluster({ config, clock: systemClock });
});
afterEach(() => {
  const unasked = nock.pendingMocks();
  nock.cleanAll();
  expect(unasked).toEqual([]);
});
afterAll(async () => {
  await cluster.close();
  nock.enableNetConnect();
  rmSync(folder, { recursive: true });
});

export const inPod = { CLAUDE_K8S_POD_NAME: 'paperclip-0', CLAUDE_K8S_POD_NAMESPACE: 'paperclip' };

export function isVersion(minor = '34'): void {
  nock(server)
    .get('/version')
    .reply(200, { major: '1', minor, gitVersion: `v1.${minor}.0` });
}

/** Our own pod and the claim that it mounts. */
export function ownPod(
  spec: Record<string, unknown>,
  claim?: { namespace: string; status: number; body: object },
): void {
  nock(server)
    .get('/api/v1/namespaces/paperclip/pods/paperclip-0')
    .reply(200, { metadata: { name: 'paperclip-0' }, spec: { nodeName: 'node-a', ...spec } });
  if (claim === undefined) return;
  nock(server).get(`/api/v1/namespaces/${claim.namespace}/persistentvolumeclaims/data`).reply(claim.status, claim.body);
}

export interface Case {
  config?: Record<string, unknown>;
  run?: Partial<RunInput>;
  env?: NodeJS.ProcessEnv;
  over?: Partial<PrepareInput>;
}

export async function prepare({ config = {}, run = {}, env = {}, over = {} }: Case = {}) {
  const parsed = parseConfig({ image: 'agent:1', ...config }, { unknown: 'error' });
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  return prepareRun({
    run: {
      runId: 'run-1',
      agentId: 'scout',
      agentName: undefined,
      companyId: undefined,
      taskId: undefined,
      sessionId: undefined,
      prompt: 'do it',
      config: parsed.config,
      env: {},
      secretEnv: {},
      traceparent: undefined,
      start: { as: 'new' },
      ...run,
    },
    cluster,
    holder,
    defaultNamespace: 'default-ns',
    env,
    ...over,
  });
}

export async function planned(input: Case = {}): Promise<{ plan: RunPlan; warnings: readonly string[] }> {
  isVersion();
  const prepared = await prepare(input);
  if (!prepared.ok) throw new Error(prepared.error);
  return prepared;
}

export async function refused(input: Case): Promise<string> {
  const prepared = await prepare(input);
  if (prepared.ok) throw new Error('not refused');
  return prepared.error;
}
