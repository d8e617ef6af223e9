import { series } from '../failure/table.ts';
import * as values from './label-values.ts';
import type { MetricEntry } from './metric-entry.ts';

const pairs = series();
const truncated = pairs.filter(({ code }) => code === 'claude_truncated').map(({ cause }) => cause);
const unique = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

/** The first models of a process, then `_OTHER`: the name comes out of the agent's output. */
const model = { seen: 'model', limit: 20 } as const;

/** What is counted of runs, from their transitions alone. */
export const runMetrics = {
  runsStarted: {
    name: 'claude_k8s_runs_started_total',
    kind: 'counter',
    unit: 'runs',
    help: 'Runs that were started.',
    labels: {},
    exemplars: true,
  },
  runsFinished: {
    name: 'claude_k8s_runs_finished_total',
    kind: 'counter',
    unit: 'runs',
    help: 'Runs that ended, by how they came out.',
    labels: { outcome: values.outcomes },
    exemplars: true,
  },
  runsActive: {
    name: 'claude_k8s_runs_active',
    kind: 'gauge',
    unit: 'runs',
    help: 'Runs that have started and not ended.',
    labels: {},
    exemplars: false,
  },
  runDuration: {
    name: 'claude_k8s_run_duration_seconds',
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time from the start of a run to its verdict.',
    labels: { outcome: values.outcomes },
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400],
    exemplars: true,
  },
  phaseDuration: {
    name: 'claude_k8s_phase_duration_seconds',
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time of one visit to a phase of a run.',
    labels: { phase: values.phases },
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 30, 60, 120, 300, 900, 3600],
    exemplars: true,
  },
  errors: {
    name: 'claude_k8s_errors_total',
    kind: 'counter',
    unit: 'runs',
    help: 'Runs that did not succeed, by error code and cause; none where a code has no causes.',
    labels: { code: unique(pairs.map(({ code }) => code)), cause: unique(pairs.map(({ cause }) => cause)) },
    sets: () => pairs.map(({ code, cause }) => ({ code, cause })),
    exemplars: true,
  },
  truncations: {
    name: 'claude_k8s_truncations_total',
    kind: 'counter',
    unit: 'runs',
    help: 'Runs that were cut off before their result, by cause.',
    labels: { cause: truncated },
    exemplars: true,
  },
  admissions: {
    name: 'claude_k8s_admissions_total',
    kind: 'counter',
    unit: 'Jobs',
    help: 'Jobs that runs created, adopted from an earlier run, or withdrew because a rival came first.',
    labels: { how: values.admissions },
    exemplars: true,
  },
  waits: {
    name: 'claude_k8s_schedule_waits_total',
    kind: 'counter',
    unit: 'waits',
    help: 'Reasons for which an agent had to wait for its container, each as it appeared.',
    labels: { reason: values.waitingReasons },
    exemplars: true,
  },
  terminations: {
    name: 'claude_k8s_pod_terminations_total',
    kind: 'counter',
    unit: 'containers',
    help: 'Agent containers that ended, by the reason the runtime gives and by exit code.',
    labels: { reason: values.terminationReasons, exit: values.exits },
    exemplars: true,
  },
  deletions: {
    name: 'claude_k8s_job_deletions_total',
    kind: 'counter',
    unit: 'Jobs',
    help: 'Jobs that were deleted, by actor as far as the evidence goes, and by how it was seen.',
    labels: { by: values.deleters, route: values.deletionRoutes },
    exemplars: true,
  },
  cleanupFailures: {
    name: 'claude_k8s_cleanup_failures_total',
    kind: 'counter',
    unit: 'requests',
    help: 'Clean-up steps that failed; they never change a verdict.',
    labels: {},
    exemplars: true,
  },
  tokens: {
    name: 'claude_k8s_tokens_total',
    kind: 'counter',
    unit: 'tokens',
    help: 'Tokens of finished runs, as Claude Code reports them.',
    labels: { model, type: values.tokenTypes },
    exemplars: false,
  },
  cost: {
    name: 'claude_k8s_cost_usd_total',
    kind: 'counter',
    unit: 'US dollars',
    help: 'Cost of finished runs in US dollars, as Claude Code reports it.',
    labels: { model },
    exemplars: false,
  },
  silence: {
    name: 'claude_k8s_silence_seconds',
    kind: 'gauge',
    unit: 'seconds',
    help: 'Longest silence that an active run has reported (at 10 minutes and at each doubling); 0 when none is silent.',
    labels: {},
    exemplars: false,
  },
  runsSilent: {
    name: 'claude_k8s_runs_silent',
    kind: 'gauge',
    unit: 'runs',
    help: 'Active runs that have reported a silence and printed nothing since.',
    labels: {},
    exemplars: false,
  },
} as const satisfies Record<string, MetricEntry>;
