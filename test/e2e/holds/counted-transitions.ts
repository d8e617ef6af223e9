import type { Transition } from '../../../src/run/transition.ts';

/** A series that must have moved, and by how much. */
export type Moved = readonly [name: string, labels: Readonly<Record<string, string>>, by: number];
type Of<T extends Transition['type']> = Extract<Transition, { type: T }>;

/** What each kind of transition moves, in the words of the metric reference and not of the code that counts. */
const moves: { [T in Transition['type']]?: (t: Of<T>) => readonly Moved[] } = {
  run_started: () => [one('runs_started_total')],
  job_created: () => [one('admissions_total', { how: 'created' })],
  job_adopted: () => [one('admissions_total', { how: 'adopted' })],
  job_withdrawn: () => [one('admissions_total', { how: 'withdrawn' })],
  request_retried: ({ fault }) => [one('kubernetes_request_retries_total', { fault })],
  waiting: ({ reason }) => [one('schedule_waits_total', { reason })],
  queued: () => [one('schedule_waits_total', { reason: 'queued' })],
  container_ended: ({ reason, exitCode }) => [
    one('pod_terminations_total', {
      reason: reason ?? 'none',
      exit: /^(0|1|137|143)$/.exec(`${exitCode}`)?.[0] ?? 'other',
    }),
  ],
  attempt_ended: ({ how, bytes, duplicates }) => [
    one('stream_attempts_total', { how }),
    ['stream_received_bytes_total', {}, bytes],
    ['log_duplicates_total', {}, duplicates],
  ],
  reconnect_started: ({ reason }) => [one('reconnects_total', { reason })],
  reconnect_ended: () => [one('reconnect_duration_seconds_count')],
  gap: () => [one('log_gaps_total')],
  verified: ({ answer, route }) => [one('verifications_total', { answer, route })],
  lookup: ({ state, attempt }) => [
    one('pod_lookups_total', { state }),
    ['pod_lookup_retries_total', {}, attempt > 1 ? 1 : 0],
  ],
  condition_lag: () => [one('condition_lag_seconds_count')],
  api_unreachable: () => [one('kubernetes_unreachable_reports_total')],
  watch_degraded: ({ kind }) => [one('watch_degraded_total', { kind })],
  grace_ended: ({ how }) => [one('grace_outcomes_total', { how })],
  job_deleted: ({ by, route }) => [one('job_deletions_total', { by, route })],
  cleanup_failed: () => [one('cleanup_failures_total')],
  phase_left: ({ phase }) => (phase === 'ended' ? [] : [one('phase_duration_seconds_count', { phase })]),
  run_ended: ({ outcome }) => endOf(outcome),
};

export function movedBy(t: Transition): readonly Moved[] {
  const tell = moves[t.type] as ((t: Transition) => readonly Moved[]) | undefined;
  return tell?.(t) ?? [];
}

function endOf({ verdict: { code, cause }, result, evidence }: Of<'run_ended'>['outcome']): Moved[] {
  const words: Record<string, string> = { null: 'success', cancelled: 'cancelled', k8s_run_handed_over: 'handed_over' };
  const outcome = words[String(code)] ?? 'failure';
  const models = Object.entries(result?.modelUsage ?? {});
  const name = evidence.transcript.model ?? evidence.model ?? 'unknown';
  const usage = result?.usage ?? evidence.transcript.usageSoFar;
  return [
    one('runs_finished_total', { outcome }),
    one('run_duration_seconds_count', { outcome }),
    ...(code === null ? [] : [one('errors_total', { code, cause: cause ?? 'none' })]),
    ...(code === 'claude_truncated' ? [one('truncations_total', { cause: cause ?? 'unknown' })] : []),
    ...(outcome === 'handed_over' ? [] : models.flatMap(([model, spent]) => spending(model, spent, spent.costUsd))),
    ...(outcome === 'handed_over' || models.length > 0 ? [] : spending(name, usage, result?.costUsd ?? 0)),
  ];
}

type Tokens = Record<'inputTokens' | 'outputTokens' | 'cacheReadInputTokens' | 'cacheCreationInputTokens', number>;

function spending(model: string, used: Tokens, cost: number): Moved[] {
  return [
    ['tokens_total', { model, type: 'input' }, used.inputTokens],
    ['tokens_total', { model, type: 'output' }, used.outputTokens],
    ['tokens_total', { model, type: 'cache_read' }, used.cacheReadInputTokens],
    ['tokens_total', { model, type: 'cache_creation' }, used.cacheCreationInputTokens],
    ['cost_usd_total', { model }, cost],
  ];
}

function one(name: string, labels: Readonly<Record<string, string>> = {}): Moved {
  return [name, labels, 1];
}
