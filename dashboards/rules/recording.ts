import type { MetricKey } from '../../src/telemetry/catalogue.ts';
import type { LabelOf, Where } from '../boards/promql.ts';
import type { Recording } from './model.ts';
import { braces, grouped, increase, selector } from './promql.ts';

/** What several alerts read, and anybody's own rules may: it is computed once. */
const sums = {
  finished1h: {
    record: 'claude_k8s:runs_finished:increase1h',
    of: 'runsFinished',
    expr: increase('runsFinished', '1h', { by: ['outcome'] }),
  },
  errors1h: {
    record: 'claude_k8s:errors:increase1h',
    of: 'errors',
    expr: increase('errors', '1h', { by: ['code', 'cause'] }),
  },
  truncations1h: {
    record: 'claude_k8s:truncations:increase1h',
    of: 'truncations',
    expr: increase('truncations', '1h', { by: ['cause'] }),
  },
  deletions1h: {
    record: 'claude_k8s:job_deletions:increase1h',
    of: 'deletions',
    expr: increase('deletions', '1h', { by: ['by', 'route'] }),
  },
  requests15m: {
    record: 'claude_k8s:kubernetes_requests:increase15m',
    of: 'requests',
    expr: increase('requests', '15m', { by: ['verb', 'resource', 'code'] }),
  },
  cost1h: { record: 'claude_k8s:cost_usd:increase1h', of: 'cost', expr: increase('cost', '1h') },
} as const;

export type SumKey = keyof typeof sums;
type Of<S extends SumKey> = (typeof sums)[S]['of'];

/** The 95th percentile of the time to the start of a container: half an hour has enough of them. */
const scheduleP95: Recording = {
  record: 'claude_k8s:schedule_seconds:p95_30m',
  expr: `histogram_quantile(0.95, sum ${grouped(['le'])} (increase(${selector('phaseDuration', { phase: 'schedule' }, '_bucket')}[30m])))`,
};

export const recordings: readonly Recording[] = [
  ...Object.values(sums).map(({ record, expr }) => ({ record, expr })),
  scheduleP95,
];

export const scheduleSeconds = scheduleP95.record;

/** Whose labels a recorded series can have. */
export const recordedFrom: ReadonlyMap<string, MetricKey> = new Map<string, MetricKey>([
  ...Object.values(sums).map(({ record, of }) => [record, of] as const),
  [scheduleP95.record, 'phaseDuration'],
]);

/** A recorded sum, by place and some of its labels. */
export function sum<S extends SumKey>(
  key: S,
  { by = [], where = {} }: { by?: readonly LabelOf<Of<S>>[]; where?: Where<Of<S>> } = {},
): string {
  return `sum ${grouped(by)} (${sums[key].record}${braces(where)})`;
}
