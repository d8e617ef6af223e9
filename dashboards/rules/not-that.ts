import type { FailureCode } from '../../src/failure/table.ts';

/** What each verdict is easily taken for, and is not. A new code does not compile before it has its sentence. */
export const notThat: Readonly<Record<FailureCode, string>> = {
  k8s_agent_id_invalid: 'A fault of the cluster: it was never asked.',
  k8s_concurrency_guard_unreachable:
    'A proof that another Job is alive. It means that nobody could look, and that is why none was created.',
  k8s_concurrent_run_blocked: 'An error: one agent has one living Job, and this run came second.',
  k8s_orphan_task_unknown: 'A leak of this run: the Job was there before it, and may be doing useful work.',
  k8s_orphan_session_mismatch: 'A lost session: the one that was asked for is still where it was.',
  k8s_prompt_secret_create_failed:
    'A Job that is left behind: it was withdrawn before it started, and its Secret would have gone with it.',
  k8s_job_create_failed: 'A failure of Claude. It never started, and trying again costs nothing.',
  k8s_pod_schedule_failed:
    'A slow pull of an image: patience does not run while one is pulled. Nor is Unschedulable alone: it is waited for.',
  k8s_pod_reattach_failed: 'A statement about the work: it may have been finished. Only its pod is not to be found.',
  k8s_job_state_mismatch: 'The death of the agent. Nothing shows that it ended, so it may still write to the volume.',
  k8s_job_deleted_externally:
    'Our own clean-up, which carries a mark that is written before the delete. Nor an absence that one list did not show: absence is verified by a direct read.',
  k8s_run_handed_over: 'A failure. The Job runs on, and the run that adopts it reports its end.',
  claude_truncated:
    'A broken log stream: how a connection ends never makes this verdict. Nor a Job condition that came late.',
  llm_api_error: 'A fault of the cluster or of the adapter: Claude itself gave up on the model API.',
  session_unavailable: 'A fault of the model API: sessions are files on the shared volume.',
  timeout: 'A hang of the adapter. It ended the run because timeoutSec or stallTimeoutSec told it to.',
  cancelled: 'A failure: somebody asked for it, and it counts in no rate of failures.',
  claude_init_failed: 'A cut in mid-work: nothing of an answer had come. Look at the start, not at the end.',
  claude_exit_error: 'An outside kill, unless the cause names one: the process ended itself.',
  claude_auth_required: 'A right of Kubernetes: it is the model API that refused.',
  claude_model_unavailable: 'A passing fault: it stays until the configuration or the access changes.',
  claude_rate_limited: 'A spent balance: it ends by itself, in minutes.',
  claude_overloaded: 'A limit of this account: the API is overloaded for everybody.',
  claude_quota_exhausted: 'A rate limit of seconds: the account has to wait for its reset, or be topped up.',
  max_turns_exhausted: 'A failure of the agent: it was told to stop after so many turns, and its session goes on.',
  claude_output_unparseable:
    'A proof that nothing was done: work may be on the volume. Only the output has no result in it.',
};
