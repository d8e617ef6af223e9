import { expect, test } from 'vitest';
import { movedBy, tell } from './exposition.ts';
import { adopted, cancelled, handedOver, happy, refused, start, truncated } from './stories.ts';

test('a happy run moves exactly these series', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, happy, 'opus'))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="success"} 1
    claude_k8s_run_duration_seconds_bucket{le="15",outcome="success"} 1
    claude_k8s_run_duration_seconds_sum{outcome="success"} 9.4
    claude_k8s_run_duration_seconds_count{outcome="success"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.25",phase="admit"} 1
    claude_k8s_phase_duration_seconds_sum{phase="admit"} 0.2
    claude_k8s_phase_duration_seconds_count{phase="admit"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.5",phase="create"} 1
    claude_k8s_phase_duration_seconds_sum{phase="create"} 0.4
    claude_k8s_phase_duration_seconds_count{phase="create"} 1
    claude_k8s_phase_duration_seconds_bucket{le="2.5",phase="schedule"} 1
    claude_k8s_phase_duration_seconds_sum{phase="schedule"} 2.4
    claude_k8s_phase_duration_seconds_count{phase="schedule"} 1
    claude_k8s_phase_duration_seconds_bucket{le="15",phase="stream"} 1
    claude_k8s_phase_duration_seconds_sum{phase="stream"} 6.2
    claude_k8s_phase_duration_seconds_count{phase="stream"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.05",phase="conclude"} 1
    claude_k8s_phase_duration_seconds_count{phase="conclude"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.25",phase="cleanup"} 1
    claude_k8s_phase_duration_seconds_sum{phase="cleanup"} 0.2
    claude_k8s_phase_duration_seconds_count{phase="cleanup"} 1
    claude_k8s_admissions_total{how="created"} 1
    claude_k8s_schedule_waits_total{reason="ContainerCreating"} 1
    claude_k8s_pod_terminations_total{reason="Completed",exit="0"} 1
    claude_k8s_job_deletions_total{by="self",route="own-delete"} 1
    claude_k8s_tokens_total{model="opus",type="input"} 100
    claude_k8s_tokens_total{model="opus",type="output"} 20
    claude_k8s_tokens_total{model="opus",type="cache_read"} 3000
    claude_k8s_tokens_total{model="opus",type="cache_creation"} 400
    claude_k8s_cost_usd_total{model="opus"} 0.25
    claude_k8s_stream_attempts_total{how="clean"} 1
    claude_k8s_stream_received_bytes_total 2000
    claude_k8s_log_lines_total 6
    claude_k8s_log_bytes_total 2000"
  `);
});

test('a run that is cut off moves its cause, its attempts and what came after', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, truncated))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="failure"} 1
    claude_k8s_run_duration_seconds_bucket{le="1200",outcome="failure"} 1
    claude_k8s_run_duration_seconds_sum{outcome="failure"} 712.7
    claude_k8s_run_duration_seconds_count{outcome="failure"} 1
    claude_k8s_phase_duration_seconds_bucket{le="2.5",phase="schedule"} 1
    claude_k8s_phase_duration_seconds_sum{phase="schedule"} 2
    claude_k8s_phase_duration_seconds_count{phase="schedule"} 1
    claude_k8s_phase_duration_seconds_bucket{le="900",phase="stream"} 1
    claude_k8s_phase_duration_seconds_sum{phase="stream"} 708
    claude_k8s_phase_duration_seconds_count{phase="stream"} 1
    claude_k8s_phase_duration_seconds_bucket{le="2.5",phase="grace"} 1
    claude_k8s_phase_duration_seconds_sum{phase="grace"} 2
    claude_k8s_phase_duration_seconds_count{phase="grace"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.1",phase="verify"} 1
    claude_k8s_phase_duration_seconds_sum{phase="verify"} 0.1
    claude_k8s_phase_duration_seconds_count{phase="verify"} 1
    claude_k8s_phase_duration_seconds_bucket{le="1",phase="pod_lookup"} 1
    claude_k8s_phase_duration_seconds_sum{phase="pod_lookup"} 0.6
    claude_k8s_phase_duration_seconds_count{phase="pod_lookup"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.05",phase="conclude"} 1
    claude_k8s_phase_duration_seconds_count{phase="conclude"} 1
    claude_k8s_errors_total{code="claude_truncated",cause="oom_killed"} 1
    claude_k8s_truncations_total{cause="oom_killed"} 1
    claude_k8s_pod_terminations_total{reason="OOMKilled",exit="137"} 1
    claude_k8s_stream_attempts_total{how="clean"} 1
    claude_k8s_stream_attempts_total{how="reset"} 1
    claude_k8s_stream_attempts_total{how="refused"} 1
    claude_k8s_stream_received_bytes_total 1200
    claude_k8s_reconnects_total{reason="reset"} 1
    claude_k8s_reconnects_total{reason="refused"} 1
    claude_k8s_reconnect_duration_seconds_bucket{le="0.25"} 1
    claude_k8s_reconnect_duration_seconds_sum 0.75
    claude_k8s_reconnect_duration_seconds_count 2
    claude_k8s_log_gaps_total 1
    claude_k8s_log_lines_total 4
    claude_k8s_log_bytes_total 1000
    claude_k8s_log_duplicates_total 2
    claude_k8s_verifications_total{answer="present",route="grace-period-verify-404"} 1
    claude_k8s_pod_lookups_total{state="terminated"} 1
    claude_k8s_pod_lookups_total{state="lagging"} 1
    claude_k8s_pod_lookup_retries_total 1
    claude_k8s_grace_outcomes_total{how="terminated"} 1"
  `);
});

test('an adopted run counts its trouble with the API and its clean-up', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, adopted))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="success"} 1
    claude_k8s_run_duration_seconds_bucket{le="120",outcome="success"} 1
    claude_k8s_run_duration_seconds_sum{outcome="success"} 96
    claude_k8s_run_duration_seconds_count{outcome="success"} 1
    claude_k8s_phase_duration_seconds_bucket{le="1",phase="admit"} 1
    claude_k8s_phase_duration_seconds_sum{phase="admit"} 1
    claude_k8s_phase_duration_seconds_count{phase="admit"} 1
    claude_k8s_phase_duration_seconds_bucket{le="120",phase="stream"} 1
    claude_k8s_phase_duration_seconds_sum{phase="stream"} 94
    claude_k8s_phase_duration_seconds_count{phase="stream"} 1
    claude_k8s_phase_duration_seconds_bucket{le="1",phase="cleanup"} 1
    claude_k8s_phase_duration_seconds_sum{phase="cleanup"} 1
    claude_k8s_phase_duration_seconds_count{phase="cleanup"} 1
    claude_k8s_admissions_total{how="adopted"} 1
    claude_k8s_cleanup_failures_total 1
    claude_k8s_cost_usd_total{model="claude-sonnet-4-6"} 0.01
    claude_k8s_stream_attempts_total{how="idle"} 1
    claude_k8s_stream_received_bytes_total 10
    claude_k8s_reconnects_total{reason="idle"} 1
    claude_k8s_reconnect_duration_seconds_bucket{le="0.1"} 1
    claude_k8s_reconnect_duration_seconds_count 1
    claude_k8s_log_lines_total 1
    claude_k8s_log_bytes_total 10
    claude_k8s_condition_lag_seconds_bucket{le="5"} 1
    claude_k8s_condition_lag_seconds_sum 4
    claude_k8s_condition_lag_seconds_count 1
    claude_k8s_kubernetes_request_retries_total{fault="throttled"} 1
    claude_k8s_kubernetes_unreachable_reports_total 1
    claude_k8s_watch_degraded_total{kind="pods"} 1"
  `);
});

test('a refused admission is an error that stands alone', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, refused))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="failure"} 1
    claude_k8s_run_duration_seconds_bucket{le="1",outcome="failure"} 1
    claude_k8s_run_duration_seconds_sum{outcome="failure"} 0.5
    claude_k8s_run_duration_seconds_count{outcome="failure"} 1
    claude_k8s_phase_duration_seconds_bucket{le="0.5",phase="admit"} 1
    claude_k8s_phase_duration_seconds_sum{phase="admit"} 0.5
    claude_k8s_phase_duration_seconds_count{phase="admit"} 1
    claude_k8s_errors_total{code="k8s_concurrent_run_blocked",cause="none"} 1
    claude_k8s_admissions_total{how="created"} 1
    claude_k8s_admissions_total{how="withdrawn"} 1"
  `);
});

test('a cancelled run is no failure', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, cancelled))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="cancelled"} 1
    claude_k8s_run_duration_seconds_bucket{le="15",outcome="cancelled"} 1
    claude_k8s_run_duration_seconds_sum{outcome="cancelled"} 11
    claude_k8s_run_duration_seconds_count{outcome="cancelled"} 1
    claude_k8s_phase_duration_seconds_bucket{le="1",phase="stage"} 1
    claude_k8s_phase_duration_seconds_sum{phase="stage"} 1
    claude_k8s_phase_duration_seconds_count{phase="stage"} 1
    claude_k8s_phase_duration_seconds_bucket{le="1",phase="cancel"} 1
    claude_k8s_phase_duration_seconds_sum{phase="cancel"} 1
    claude_k8s_phase_duration_seconds_count{phase="cancel"} 1
    claude_k8s_errors_total{code="cancelled",cause="none"} 1
    claude_k8s_schedule_waits_total{reason="queued"} 1"
  `);
});

test('a run that is handed over leaves its tokens to whoever adopts the Job', async () => {
  expect(await movedBy((telemetry) => tell(telemetry, handedOver))).toMatchInlineSnapshot(`
    "claude_k8s_runs_started_total 1
    claude_k8s_runs_finished_total{outcome="handed_over"} 1
    claude_k8s_run_duration_seconds_bucket{le="5",outcome="handed_over"} 1
    claude_k8s_run_duration_seconds_sum{outcome="handed_over"} 2
    claude_k8s_run_duration_seconds_count{outcome="handed_over"} 1
    claude_k8s_phase_duration_seconds_bucket{le="2.5",phase="stream"} 1
    claude_k8s_phase_duration_seconds_sum{phase="stream"} 2
    claude_k8s_phase_duration_seconds_count{phase="stream"} 1
    claude_k8s_errors_total{code="k8s_run_handed_over",cause="none"} 1
    claude_k8s_log_lines_total 1
    claude_k8s_log_bytes_total 10"
  `);
});

test('active and silent runs are gauges over all runs', async () => {
  const moved = await movedBy((telemetry) => {
    tell(telemetry, happy.slice(0, 3));
    tell(telemetry, truncated.slice(0, 7));
  });
  expect(moved.split('\n').filter((line) => /active|silen/.test(line))).toEqual([
    'claude_k8s_runs_active 2',
    'claude_k8s_silence_seconds 600',
    'claude_k8s_runs_silent 1',
  ]);
});

test.each([
  ['prints again', [{ type: 'output', at: start, lines: 1, bytes: 1 }]],
  ['ends', truncated.slice(-1)],
  ['ends, whatever is said of it later', [...truncated.slice(-1), { type: 'silence', at: start, seconds: 1_200 }]],
] as const)('a silent run is silent no more when it %s', async (_, after) => {
  const moved = await movedBy((telemetry) => tell(telemetry, [...truncated.slice(0, 7), ...after]));
  expect(moved.split('\n').filter((line) => /silen/.test(line))).toEqual([]);
});

test('requests and watches of the Kubernetes API are counted at their seam', async () => {
  const moved = await movedBy(({ apiListener }) => {
    apiListener.exchange({ verb: 'get', resource: 'pods/log', status: 200, startedAt: 0, endedAt: 30 });
    apiListener.exchange({ verb: 'create', resource: 'jobs', status: undefined, startedAt: 0, endedAt: 2_000 });
    apiListener.watchRestarted('pods', 'gone');
  });
  expect(moved).toMatchInlineSnapshot(`
    "claude_k8s_kubernetes_requests_total{verb="create",resource="jobs",code="none"} 1
    claude_k8s_kubernetes_requests_total{verb="get",resource="pods/log",code="200"} 1
    claude_k8s_kubernetes_request_duration_seconds_bucket{le="0.05",verb="get"} 1
    claude_k8s_kubernetes_request_duration_seconds_sum{verb="get"} 0.03
    claude_k8s_kubernetes_request_duration_seconds_count{verb="get"} 1
    claude_k8s_kubernetes_request_duration_seconds_bucket{le="2.5",verb="create"} 1
    claude_k8s_kubernetes_request_duration_seconds_sum{verb="create"} 2
    claude_k8s_kubernetes_request_duration_seconds_count{verb="create"} 1
    claude_k8s_watch_restarts_total{kind="pods",why="gone"} 1"
  `);
});
