import type { Outcome } from '../../src/run/outcome.ts';
import type { PhaseName, Transition } from '../../src/run/transition.ts';
import { blocked, leftRunning, notCleanedUp, outOfMemory, stopped, succeeded } from './outcomes.ts';

/** All stories begin here; their steps are seconds after it. It lies long before this process, as in a replay. */
export const start = Date.parse('2025-01-02T03:04:05Z');

type Untimed<T> = T extends unknown ? Omit<T, 'at'> : never;
type Step = readonly [seconds: number, transition: Untimed<Transition>];

function tell(...steps: readonly Step[]): readonly Transition[] {
  return steps.map(([seconds, transition]): Transition => ({ ...transition, at: start + seconds * 1000 }));
}

const enter = (seconds: number, phase: PhaseName, why: string): Step => [
  seconds,
  { type: 'phase_entered', phase, why },
];
const leave = (seconds: number, phase: PhaseName, why: string, error?: string): Step => [
  seconds,
  { type: 'phase_left', phase, why, error },
];
const finish = (seconds: number, outcome: Outcome): Step => [seconds, { type: 'run_ended', outcome }];
const begin: Step = [
  0,
  { type: 'run_started', runId: 'r1', agentId: 'scout', namespace: 'agents', jobName: 'ac-scout-r1' },
];
const attempt = (seconds: number, number: number, since?: string): Step => [
  seconds,
  { type: 'attempt_started', attempt: number, follow: true, since },
];

export const happy = tell(
  begin,
  enter(0, 'admit', 'the run begins'),
  leave(0.2, 'admit', 'no other Job of the agent'),
  enter(0.2, 'create', 'admitted'),
  [0.5, { type: 'job_created', job: 'ac-scout-r1', uid: 'job-uid', suspended: true }],
  leave(0.6, 'create', 'unsuspended'),
  enter(0.6, 'schedule', 'the Job exists'),
  [1, { type: 'waiting', reason: 'ContainerCreating', message: undefined }],
  [1, { type: 'pod_seen', pod: 'ac-scout-r1-x7', uid: 'pod-uid', node: 'node-a' }],
  [3, { type: 'container_started', pod: 'ac-scout-r1-x7', startedAt: start + 2_500 }],
  leave(3, 'schedule', 'the container runs'),
  enter(3, 'stream', 'the container runs'),
  attempt(3, 1),
  [4, { type: 'output', lines: 2, bytes: 500 }],
  [9, { type: 'output', lines: 4, bytes: 1_500 }],
  [
    9.1,
    { type: 'container_ended', pod: 'ac-scout-r1-x7', exitCode: 0, reason: 'Completed', finishedAt: start + 9_000 },
  ],
  [9.1, { type: 'attempt_ended', attempt: 1, how: 'clean', lines: 6, bytes: 2_000, duplicates: 0, error: undefined }],
  leave(9.2, 'stream', 'container ended, log complete'),
  enter(9.2, 'conclude', 'nothing more can come'),
  leave(9.2, 'conclude', 'success'),
  enter(9.2, 'cleanup', 'success'),
  [9.4, { type: 'job_deleted', by: 'self', route: 'own-delete' }],
  leave(9.4, 'cleanup', 'deleted'),
  enter(9.4, 'ended', 'success'),
  finish(9.4, succeeded),
);

/** The connection is cut, refused, resumed with a gap; then memory runs out and the Job is slow to say so. */
export const truncated = tell(
  begin,
  enter(0, 'schedule', 'the Job exists'),
  leave(2, 'schedule', 'the container runs'),
  enter(2, 'stream', 'the container runs'),
  attempt(2, 1),
  [5, { type: 'output', lines: 3, bytes: 900 }],
  [605, { type: 'silence', seconds: 600 }],
  [700, { type: 'attempt_ended', attempt: 1, how: 'reset', lines: 3, bytes: 900, duplicates: 0, error: 'ECONNRESET' }],
  [700, { type: 'reconnect_started', reason: 'reset', delayMs: 250 }],
  [700.25, { type: 'reconnect_ended' }],
  attempt(700.25, 2, '2025-01-02T03:04:10Z'),
  [700.5, { type: 'attempt_ended', attempt: 2, how: 'refused', lines: 0, bytes: 0, duplicates: 0, error: '502' }],
  [700.5, { type: 'reconnect_started', reason: 'refused', delayMs: 500 }],
  [701, { type: 'reconnect_ended' }],
  attempt(701, 3, '2025-01-02T03:04:10Z'),
  [
    701.5,
    { type: 'gap', after: '2025-01-02T03:04:10Z', before: '2025-01-02T03:15:00Z', why: 'the anchor line is gone' },
  ],
  [702, { type: 'output', lines: 1, bytes: 100 }],
  [710, { type: 'attempt_ended', attempt: 3, how: 'clean', lines: 3, bytes: 300, duplicates: 2, error: undefined }],
  leave(710, 'stream', 'output ended'),
  enter(710, 'grace', 'the container is not known to have ended'),
  [712, { type: 'grace_ended', how: 'terminated' }],
  leave(712, 'grace', 'terminated'),
  enter(712, 'verify', 'the Job is not in the list'),
  [712.1, { type: 'verified', answer: 'present', route: 'grace-period-verify-404' }],
  leave(712.1, 'verify', 'present'),
  enter(712.1, 'pod_lookup', 'the end is not known'),
  [712.2, { type: 'lookup', attempt: 1, state: 'lagging' }],
  [712.7, { type: 'lookup', attempt: 2, state: 'terminated' }],
  [712.7, { type: 'container_ended', pod: 'p', exitCode: 137, reason: 'OOMKilled', finishedAt: undefined }],
  leave(712.7, 'pod_lookup', 'terminated'),
  enter(712.7, 'conclude', 'nothing more can come'),
  leave(712.7, 'conclude', 'claude_truncated', 'claude_truncated'),
  finish(712.7, outOfMemory),
);

export const oldTrace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export const adopted = tell(
  begin,
  enter(0, 'admit', 'the run begins'),
  [0.1, { type: 'request_retried', call: 'list jobs', fault: 'throttled', tries: 1 }],
  [1, { type: 'job_adopted', job: 'ac-scout-r0', uid: 'old-uid', fromRunId: 'r0', linkTo: oldTrace }],
  leave(1, 'admit', 'adopted'),
  enter(1, 'stream', 'the container runs'),
  attempt(1, 1),
  [2, { type: 'output', lines: 1, bytes: 10 }],
  [20, { type: 'watch_degraded', kind: 'pods', fault: 'forbidden' }],
  [80, { type: 'api_unreachable', seconds: 60, fault: 'unreachable' }],
  [90, { type: 'attempt_ended', attempt: 1, how: 'idle', lines: 1, bytes: 10, duplicates: 0, error: undefined }],
  [90, { type: 'reconnect_started', reason: 'idle', delayMs: 0 }],
  [90, { type: 'reconnect_ended' }],
  attempt(90, 2, '2025-01-02T03:04:07Z'),
  [95, { type: 'condition_lag', seconds: 4 }],
  leave(95, 'stream', 'container ended, log complete'),
  enter(95, 'cleanup', 'success'),
  [96, { type: 'cleanup_failed', call: 'delete jobs', fault: 'forbidden' }],
  leave(96, 'cleanup', 'given up'),
  finish(96, notCleanedUp),
);

export const refused = tell(
  begin,
  enter(0, 'admit', 'the run begins'),
  [0.3, { type: 'job_created', job: 'ac-scout-r1', uid: 'job-uid', suspended: true }],
  [0.5, { type: 'job_withdrawn', job: 'ac-scout-r1', why: 'ac-scout-r2 was created first' }],
  leave(0.5, 'admit', 'blocked', 'k8s_concurrent_run_blocked'),
  finish(0.5, blocked),
);

export const cancelled = tell(
  begin,
  enter(0, 'stage', 'admitted'),
  leave(1, 'stage', 'staged'),
  enter(1, 'schedule', 'the Job exists'),
  [2, { type: 'queued', queue: 'team-a' }],
  [9, { type: 'note', text: 'the queue has not let it in' }],
  enter(10, 'cancel', 'asked by the host'),
  leave(11, 'cancel', 'the pod is gone'),
  finish(11, stopped),
);

/** This process stops, and the Job runs on. */
export const handedOver = tell(
  begin,
  enter(0, 'stream', 'the container runs'),
  [1, { type: 'output', lines: 1, bytes: 10 }],
  leave(2, 'stream', 'shutdown', 'k8s_run_handed_over'),
  finish(2, leftRunning),
);

export const stories = { happy, truncated, adopted, refused, cancelled, handedOver };
