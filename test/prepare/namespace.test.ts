import { expect, test } from 'vitest';
import { namespaceOf } from '../../src/prepare/namespace.ts';

const inPod = { CLAUDE_K8S_POD_NAMESPACE: 'of-the-pod', CLAUDE_K8S_POD_NAME: 'paperclip-0' };

test.each([
  ['as configured, wherever we are', { namespace: 'agents' }, inPod, 'of-the-account', 'agents'],
  ['beside our own pod, whatever a kubeconfig says', {}, inPod, 'of-the-account', 'of-the-pod'],
  ['outside of a cluster as the kubeconfig says', {}, {}, 'of-the-account', 'of-the-account'],
  ['where nothing says anything, default', {}, {}, undefined, 'default'],
] as const)('%s', (_, config, env, account, expected) => {
  expect(namespaceOf({ namespace: undefined, ...config }, env, account)).toBe(expected);
});
