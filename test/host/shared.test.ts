import { EventEmitter } from 'node:events';
import { dirname } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createShared, type Shared } from '../../src/host/shared.ts';
import { createServerAdapter } from '../../src/index.ts';
import { hastyClock, kubeconfigFile } from './api.ts';

const opened: Shared[] = [];

function sharedWith(env: NodeJS.ProcessEnv): Shared {
  const shared = createShared({ clock: hastyClock(), env, host: new EventEmitter() });
  opened.push(shared);
  return shared;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((shared) => shared.close()));
});

function siteOf(shared: Shared, kubeconfig?: string) {
  const answer = shared.site(kubeconfig);
  if (!answer.ok) throw new Error(answer.error);
  return answer.site;
}

describe('a site', () => {
  test('is one for all runs, by whichever name its kubeconfig comes', () => {
    const path = kubeconfigFile();
    const shared = sharedWith({ KUBECONFIG: path });
    expect(siteOf(shared, path)).toBe(siteOf(shared));
    expect(siteOf(shared).namespace).toBe('of-the-context');
  });

  test('is another one when its file has changed, held by the same process', () => {
    const path = kubeconfigFile();
    const shared = sharedWith({ KUBECONFIG: path });
    const before = siteOf(shared);
    kubeconfigFile('renewed', dirname(path));
    const after = siteOf(shared);
    expect(after).not.toBe(before);
    expect(after.runtime.holder).toEqual(before.runtime.holder);
  });
});

test('a hot reload finds what the old module left, and does not begin a second one', async () => {
  const slot = Symbol.for('paperclip-adapter-claude-k8s.host/1');
  const first = await import('../../src/host/shared.ts');
  const shared = first.sharedHost();
  vi.resetModules();
  const second = await import('../../src/host/shared.ts');
  expect(second.sharedHost).not.toBe(first.sharedHost);
  expect(second.sharedHost()).toBe(shared);
  Reflect.deleteProperty(globalThis, slot);
  await shared.close();
});

test('the entry is made at once, opens nothing and has what the host looks for', () => {
  const adapter = createServerAdapter();
  expect(adapter).toMatchObject({
    type: 'claude_k8s',
    supportsLocalAgentJwt: true,
    runtimeToolDelivery: 'environment',
  });
  expect(adapter.execute).toBeTypeOf('function');
  expect(adapter.testEnvironment).toBeTypeOf('function');
  expect(Reflect.get(globalThis, Symbol.for('paperclip-adapter-claude-k8s.host/1'))).toBeUndefined();
});
