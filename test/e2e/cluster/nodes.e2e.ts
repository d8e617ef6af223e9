import { afterEach, expect, test } from 'vitest';
import { ownNamespace } from '../namespace.ts';
import { recovered } from '../recovered.ts';
import { content, init, mortal, steps } from '../script.ts';
import type { Started } from '../start.ts';
import { apply, clusterTool, kubectl, until } from '../tools.ts';
import { verdictOf } from '../verdict.ts';

const namespace = ownNamespace('e2e-nodes');
const fake = steps(mortal, init, content, 'sleep 100000 & wait');
const working = (run: Started) => until('the agent at work', () => run.lines().length >= 2);

test('a pod with a higher priority takes its place', async () => {
  await apply({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'e2e-high' },
    value: 1_000_000,
  });
  const config = { 'resources.requests.cpu': '1200m' };
  const expected = { code: 'claude_truncated', cause: 'preempted', exitCode: 143, says: [/Preempt/] } as const;
  await verdictOf({ namespace, fake, config }, expected, async (run) => {
    await working(run);
    await apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'important', namespace },
      spec: {
        priorityClassName: 'e2e-high',
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'busy',
            image: 'busybox:1.36',
            command: ['sleep', '3600'],
            resources: { requests: { cpu: '1200m' } },
          },
        ],
      },
    });
  });
  await kubectl('-n', namespace, 'delete', 'pod', 'important');
});

test('the node is lost: the container may run on, and the run ends within its bound', {
  timeout: 400_000,
}, async () => {
  await clusterTool('spare', 'start');
  const soon = ['not-ready', 'unreachable'].map((what) => ({
    key: `node.kubernetes.io/${what}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 3,
  }));
  const expected = {
    code: 'claude_truncated',
    cause: 'node_lost',
    exitCode: null,
    job: 'left_running',
    says: [/may still run/],
  } as const;
  let lost = 0;
  const { outcome } = await verdictOf({ namespace, fake, config: { tolerations: soon } }, expected, async (run) => {
    await working(run);
    lost = Date.now();
    await clusterTool('kubelet', 'stop');
  });
  // NotReady, the toleration, the pod's own grace period and a minute.
  expect(Date.now() - lost).toBeLessThan(180_000);
  expect(outcome.verdict.message).toMatch(/NotReady/);
});

afterEach(async () => {
  await clusterTool('kubelet', 'start');
  await clusterTool('spare', 'stop');
  await recovered(namespace);
}, 240_000);
