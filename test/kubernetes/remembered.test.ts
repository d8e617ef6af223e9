import { expect, test } from 'vitest';
import type { Cluster } from '../../src/kubernetes/cluster.ts';
import { remembered } from '../../src/kubernetes/remembered.ts';
import type { Answer } from '../../src/run/answer.ts';
import { ManualClock } from '../loopback/manual-clock.ts';

function counted(answers: Answer<boolean>[]) {
  const asked: string[] = [];
  const fault = {
    kind: 'unreachable',
    call: 'x',
    status: undefined,
    reason: undefined,
    message: 'x',
    retryAfterMs: undefined,
  } as const;
  const port: Pick<Cluster, 'canI' | 'version'> = {
    async canI(verb, resource, namespace) {
      asked.push(`${verb} ${resource} ${namespace}`);
      return answers.shift() ?? { ok: true, value: true, serverTime: undefined };
    },
    async version() {
      asked.push('version');
      return { ok: false, fault };
    },
  };
  // Only these two are changed; the rest is passed on as it is.
  return { cluster: port as Cluster, asked, fault };
}

test('is asked once for all runs, and anew when some time has passed', async () => {
  const clock = new ManualClock();
  const { cluster, asked } = counted([]);
  const one = remembered(cluster, clock);
  await Promise.all([one.canI('patch', 'jobs', 'a', 'batch'), one.canI('patch', 'jobs', 'a', 'batch')]);
  await one.canI('patch', 'jobs', 'b', 'batch');
  expect(asked).toEqual(['patch jobs a', 'patch jobs b']);
  clock.advance(11 * 60_000);
  await one.canI('patch', 'jobs', 'a', 'batch');
  expect(asked).toHaveLength(3);
});

test('keeps no fault', async () => {
  const { cluster, asked } = counted([]);
  const one = remembered(cluster, new ManualClock());
  await one.version();
  await one.version();
  expect(asked).toEqual(['version', 'version']);
});
