import type { NewObject } from '../../src/loopback/object.ts';
import type { Loopback } from '../../src/loopback/server.ts';
import { Refusal } from '../../src/loopback/status.ts';
import type { Store } from '../../src/loopback/store.ts';

export const jobs = { resource: 'jobs', namespace: 'agents' } as const;
export const pods = { resource: 'pods', namespace: 'agents' } as const;
export const fleet = { 'paperclip.io/adapter-type': 'claude_k8s' };

export function job(name: string, over: Partial<NewObject['metadata']> = {}, suspend = true): NewObject {
  const template = { metadata: { labels: fleet }, spec: { containers: [{ name: 'claude', image: 'agent' }] } };
  return { metadata: { name, labels: fleet, ...over }, spec: { suspend, template }, status: {} };
}

export function pod(name: string, over: Partial<NewObject['metadata']> = {}, nodeName?: string): NewObject {
  const spec = { containers: [{ name: 'claude', image: 'agent' }], ...(nodeName === undefined ? {} : { nodeName }) };
  return { metadata: { name, labels: fleet, ...over }, spec, status: { phase: 'Pending' } };
}

/** A pod whose container runs on a node, without a Job. */
export function runningPod(loopback: Loopback, name: string) {
  loopback.store.create(pods, pod(name, {}, 'node-1'));
  return loopback.store.update({ ...pods, name }, (draft) => {
    const state = { running: { startedAt: '2026-11-24T10:00:00Z' } };
    draft.status = { phase: 'Running', containerStatuses: [{ name: 'claude', state, lastState: {} }] };
  });
}

export function names(store: Store, ...query: Parameters<Store['list']>): string[] {
  return store.list(...query).items.map(({ metadata }) => metadata.name);
}

/** The Status that a call is refused with. */
export function refusalOf(call: () => unknown) {
  try {
    call();
  } catch (error) {
    if (error instanceof Refusal) return error.body;
    throw error;
  }
  throw new Error('it was not refused');
}
