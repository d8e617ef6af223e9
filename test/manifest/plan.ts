import { parseConfig } from '../../src/config/parse.ts';
import { planDelivery } from '../../src/manifest/delivery.ts';
import { jobName, sha256 } from '../../src/manifest/names.ts';
import type { Inherited, RunPlan } from '../../src/manifest/plan.ts';
import type { RunRequest } from '../../src/run/request.ts';
import { request as requestOf } from '../run/request.ts';

export const at = Date.parse('2026-11-23T10:00:00Z');

export const holder = { host: 'host-1', pod: 'paperclip-0', podNamespace: 'paperclip', bootId: 'boot-1', pid: 7 };

/** A request of agent `Scout 7`, run `run-1`. */
export function request(over: Partial<RunRequest> = {}): RunRequest {
  return requestOf({
    runId: 'run-1',
    agentId: 'Scout 7',
    agentLabel: 'Scout-7',
    jobName: jobName('Scout 7', 'run-1'),
    promptHash: sha256('do it'),
    holder,
    adapterVersion: '1.2.3',
    ...over,
  });
}

export function inherited(over: Partial<Inherited> = {}): Inherited {
  return {
    podName: 'paperclip-0',
    nodeName: 'node-a',
    image: 'paperclip:9',
    imagePullSecrets: [],
    dnsPolicy: undefined,
    dnsConfig: undefined,
    sharedVolume: undefined,
    secretVolumes: [],
    env: [],
    envFrom: [],
    warnings: [],
    ...over,
  };
}

/** A plan for this configuration, with everything else at its simplest. */
export function plan(config: Record<string, unknown> = {}, over: Partial<RunPlan> = {}): RunPlan {
  const parsed = parseConfig(config, { unknown: 'error' });
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  const prompt = over.prompt ?? 'do it';
  const delivery = planDelivery(prompt, over.instructions, over.secretEnv ?? {});
  if ('error' in delivery) throw new Error(delivery.error);
  return {
    request: request(),
    config: parsed.config,
    prompt,
    instructions: undefined,
    settings: undefined,
    addDirs: [],
    image: 'agent:1',
    delivery,
    agentName: undefined,
    companyId: undefined,
    inherited: undefined,
    env: {},
    secretEnv: {},
    ...over,
  };
}
