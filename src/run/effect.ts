import type { Answers } from './observation.ts';
import type { Outcome } from './outcome.ts';
import type { JobSnapshot } from './snapshot.ts';

/**
 * What the core may ask of the world, as data. Each `do` named in `Answers` is answered by exactly one `answered`
 * observation; the rest are orders. Effects of one decision are performed in the order given.
 */
export type Effect =
  /** One admission per agent and process at a time; the lock is held until `unlock_admission`. */
  | { do: 'lock_admission' }
  | { do: 'unlock_admission' }
  /** All Jobs of the agent; at `exactVersion` the answer is the past as of that resourceVersion. */
  | { do: 'list_agent_jobs'; exactVersion: string | undefined }
  | { do: 'inspect_holders'; jobs: readonly JobSnapshot[] }
  | { do: 'probe_patch' }
  | { do: 'create_job'; suspended: boolean }
  | { do: 'read_job'; name: string }
  /** After the Job exists (it owns the Secret), before it is unsuspended: no leak window. */
  | { do: 'create_secret'; job: JobSnapshot }
  /** JSON patch with tests on uid, run-id label and holder; sets the admitted mark. */
  | { do: 'unsuspend_job'; job: JobSnapshot }
  /** Deletes our own suspended Job, uid and resourceVersion as preconditions. */
  | { do: 'withdraw_job'; job: JobSnapshot }
  /** One patch with resourceVersion: holder and run-id become ours; a suspended, never admitted Job stays suspended. */
  | { do: 'adopt_job'; job: JobSnapshot }
  /** Somebody's dead admission: uid and resourceVersion preconditions. */
  | { do: 'delete_abandoned'; job: JobSnapshot }
  /** From here on `job_seen/gone` and `pod_seen/gone` of this Job arrive. */
  | { do: 'watch'; jobUid: string }
  | { do: 'unwatch' }
  | { do: 'list_events'; jobUid: string; podUid: string | undefined }
  | { do: 'read_node'; name: string }
  | { do: 'read_pods'; jobUid: string }
  /** `since` is RFC 3339 with whole seconds. At most one attempt is open at a time: `close_log` comes before the next. */
  | { do: 'open_log'; attempt: number; pod: string; since: string | undefined; follow: boolean }
  | { do: 'close_log'; attempt: number }
  /** Agent output, whole lines each with its newline, or consecutive chunks of one long line. */
  | { do: 'deliver'; chunks: readonly string[] }
  /** A status line of ours; the performer adds the prefix `[paperclip] ` and the newline. */
  | { do: 'say'; text: string }
  | { do: 'renew_holder'; job: JobSnapshot }
  | { do: 'release_holder'; job: JobSnapshot }
  /** Concluded annotation with the verdict, TTL, and (when `deleting`) the own-deletion mark, in one patch. Before `delete_job`. */
  | { do: 'conclude_job'; job: JobSnapshot; verdict: string; ttlSeconds: number; deleting: string | undefined }
  /** Background propagation, uid precondition. Only a Job whose run-id label is ours. */
  | { do: 'delete_job'; job: JobSnapshot; reason: string }
  /** The last effect of a run, once. */
  | { do: 'finish'; outcome: Outcome };

export type RequestEffect = Extract<Effect, { do: keyof Answers }>;
