import { expect, test } from 'vitest';
import { bundlesIn } from '../../src/replay/bundles-in.ts';
import { createMeters } from '../../src/telemetry/meters.ts';
import { openMetricsRegistry } from '../../src/telemetry/metric-registry.ts';
import { job } from '../failure/build.ts';
import { incidents, keptGolden } from '../replay/golden.ts';
import { movedBy, tell } from './exposition.ts';
import { outcome, succeeded } from './outcomes.ts';
import { start } from './stories.ts';

test.each([
  [
    'a reason that nobody knows',
    { type: 'waiting', at: start, reason: 'SomethingNew', message: undefined },
    ['claude_k8s_schedule_waits_total{reason="_OTHER"} 1', 'claude_k8s_schedule_waits_total'],
  ],
  [
    'a container without a reason, and an exit code of its own',
    { type: 'container_ended', at: start, pod: 'p', exitCode: 42, reason: undefined, finishedAt: undefined },
    ['claude_k8s_pod_terminations_total{reason="none",exit="other"} 1', undefined],
  ],
  [
    'a reason that nobody knows beside a known exit code',
    { type: 'container_ended', at: start, pod: 'p', exitCode: 137, reason: 'Abducted', finishedAt: undefined },
    ['claude_k8s_pod_terminations_total{reason="_OTHER",exit="137"} 1', 'claude_k8s_pod_terminations_total'],
  ],
  [
    'a cause that the code cannot have',
    { type: 'run_ended', at: start, outcome: outcome({ code: 'cancelled', cause: 'quota' }, succeeded.evidence) },
    ['claude_k8s_errors_total{code="_OTHER",cause="_OTHER"} 1', 'claude_k8s_errors_total'],
  ],
] as const)('%s', async (_, transition, [expected, overflowed]) => {
  const moved = (await movedBy((telemetry) => tell(telemetry, [transition]))).split('\n');
  const name = expected.slice(0, expected.indexOf('{'));
  expect(moved.filter((line) => line.startsWith(`${name}{`))).toEqual([expected]);
  expect(moved.filter((line) => line.includes('overflows'))).toEqual(
    overflowed === undefined ? [] : [`claude_k8s_telemetry_label_overflows_total{metric="${overflowed}"} 1`],
  );
});

test('a request that the product does not make is counted as such', async () => {
  const moved = await movedBy(({ apiListener }) =>
    apiListener.exchange({ verb: 'delete', resource: 'nodes', status: 418, startedAt: 0, endedAt: 0 }),
  );
  expect(moved).toContain('claude_k8s_kubernetes_requests_total{verb="_OTHER",resource="_OTHER",code="_OTHER"} 1');
});

test('the first 20 models keep their names, the rest are one', async () => {
  const registry = openMetricsRegistry();
  const counted = createMeters(registry);
  for (let n = 0; n < 25; n += 1) counted.sample('cost', { model: `m${n}` }, 1);
  counted.sample('cost', { model: 'x'.repeat(500) }, 1);
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('claude_k8s_cost_usd_total'));
  expect(lines).toEqual([
    'claude_k8s_cost_usd_total{model="_OTHER"} 6',
    ...Array.from({ length: 20 }, (_, n) => `claude_k8s_cost_usd_total{model="m${n}"} 1`),
  ]);
});

test('a model that is asked for has its series before it counts', async () => {
  const moved = await movedBy((telemetry) => telemetry.run({ runId: 'r1', at: start, model: 'opus' }));
  expect(moved.split('\n')).toEqual([
    'claude_k8s_tokens_total{model="opus",type="input"} 0',
    'claude_k8s_tokens_total{model="opus",type="output"} 0',
    'claude_k8s_tokens_total{model="opus",type="cache_read"} 0',
    'claude_k8s_tokens_total{model="opus",type="cache_creation"} 0',
    'claude_k8s_cost_usd_total{model="opus"} 0',
  ]);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a value of %s is left out', async (value) => {
  const registry = openMetricsRegistry();
  createMeters(registry).sample('lines', {}, value);
  expect(await registry.metrics()).toContain('claude_k8s_log_lines_total 0');
});

test('of unowned Jobs each is one, however many connections see it', async () => {
  const jobs = ['a', 'b', 'c'].map((uid) => job({ uid }));
  const moved = movedBy((telemetry) => {
    telemetry.unownedJobs()(jobs);
    telemetry.unownedJobs()(jobs.slice(1));
  });
  expect(await moved).toBe('claude_k8s_unowned_jobs 3');
});

test('no recorded incident has a label value that this build does not know', async () => {
  const bundles = await bundlesIn([incidents]);
  expect(bundles.length).toBeGreaterThan(50);
  // Each is held to what its replay counts.
  const counted = await Promise.all(bundles.map(async (bundle) => ({ bundle, golden: await keptGolden(bundle) })));
  const isOutside = (series: string) => series.startsWith('claude_k8s_telemetry_label_overflows_total');
  const outside = counted.filter(({ golden }) => Object.keys(golden?.counters ?? {}).some(isOutside));
  expect(outside.map(({ bundle }) => bundle)).toEqual([]);
});
