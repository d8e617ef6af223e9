import { expect, describe as group, test } from 'vitest';
import {
  causes,
  describe,
  type FailureClass,
  failureCodes,
  failures,
  isFailureCode,
  isReachable,
  retired,
  series,
} from '../../src/failure/table.ts';

const codes = `k8s_agent_id_invalid k8s_concurrency_guard_unreachable k8s_concurrent_run_blocked k8s_orphan_task_unknown
k8s_orphan_session_mismatch k8s_prompt_secret_create_failed k8s_job_create_failed k8s_pod_schedule_failed
k8s_pod_reattach_failed k8s_job_state_mismatch k8s_job_deleted_externally claude_truncated llm_api_error
session_unavailable timeout cancelled claude_init_failed claude_exit_error claude_auth_required
claude_model_unavailable claude_rate_limited claude_overloaded claude_quota_exhausted max_turns_exhausted
claude_output_unparseable k8s_run_handed_over`.split(/\s+/);

const causeNames = `oom_killed evicted preempted node_lost node_shutdown evicted_by_api tainted deleted_by_other
ttl_expired deadline_exceeded sigterm sigkill crash image_pull volume unschedulable config_error init_failed quota rbac
api_unreachable log_gap stalled claude_config_corrupt unknown`.split(/\s+/);

group('the table', () => {
  test('holds exactly the permanent codes and causes', () => {
    expect([...failureCodes].sort()).toEqual([...codes].sort());
    expect(Object.keys(causes).sort()).toEqual([...causeNames].sort());
  });

  test('never brings a retired code back', () => {
    expect(retired.filter(isFailureCode)).toEqual([]);
  });

  test('says what happened, what it means and what to do for every entry, on one line each', () => {
    for (const entry of [...Object.values(failures), ...Object.values(causes)]) {
      for (const text of [entry.title, entry.meaning, entry.remedy]) expect(text).toMatch(/^\S.*\S$/);
      expect(entry.title).not.toMatch(/[.!]$/);
      expect(entry.meaning).toMatch(/\.$/);
      expect(entry.remedy).toMatch(/\.$/);
    }
  });

  test('reaches every cause from some code, and lists none twice', () => {
    const reached = new Set(failureCodes.flatMap((code) => describe(code).causes));
    expect([...reached].sort()).toEqual([...causeNames].sort());
    for (const code of failureCodes) expect(new Set(describe(code).causes).size).toBe(describe(code).causes.length);
  });

  test('gives an error family only where trying again makes sense', () => {
    const entries: FailureClass[] = Object.values(failures);
    for (const entry of entries.filter((one) => one.errorFamily !== undefined)) expect(entry.retry).toBe('later');
    expect(failures.claude_quota_exhausted.errorFamily).toBe('provider_quota');
    expect(failures.claude_overloaded.errorFamily).toBe('transient_upstream');
    expect(failures.max_turns_exhausted.retry).toBe('host');
  });
});

group('series', () => {
  test('is every reachable pair once, and nothing else', () => {
    const pairs = series().map(({ code, cause }) => `${code} ${cause}`);
    const expected = codes.flatMap((code) =>
      isFailureCode(code)
        ? [null, ...describe(code).because.map((one) => one.cause)]
            .filter((cause) => isReachable(code, cause))
            .map((cause) => `${code} ${cause ?? 'none'}`)
        : [],
    );
    expect(pairs.sort()).toEqual(expected.sort());
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  test('keeps the worst case small enough for a metric', () => {
    expect(series().length).toBeLessThan(150);
  });

  test('knows a code without causes only alone, and one with causes never alone', () => {
    expect(isReachable('cancelled', null)).toBe(true);
    expect(isReachable('cancelled', 'sigterm')).toBe(false);
    expect(isReachable('claude_truncated', null)).toBe(false);
    expect(isReachable('claude_truncated', 'oom_killed')).toBe(true);
  });
});
