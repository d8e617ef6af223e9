import { expect, test } from 'vitest';
import { treeOf } from './span-tree.ts';
import { adopted, cancelled, handedOver, happy, refused, start, truncated } from './stories.ts';

test('a happy run is a root with one child for each phase', () => {
  expect(treeOf(happy)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..9.4s {claude_k8s.agent.id=scout, claude_k8s.claude.cost_usd=0.01, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.claude.session.id=s-1, claude_k8s.claude.turns=3, claude_k8s.container.reason=Completed, claude_k8s.container.state=terminated, claude_k8s.exit_code=0, claude_k8s.job.fate=deleted, claude_k8s.log.attempts=1, claude_k8s.log.bytes=4096, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=6, claude_k8s.run.id=r1, claude_k8s.verdict=success, k8s.job.name=ac-scout-r1, k8s.job.uid=job-uid, k8s.namespace.name=agents, k8s.node.name=node-a, k8s.pod.name=ac-scout-r1-x7, k8s.pod.uid=pod-uid}
      claude_k8s.admit 0s..0.2s {claude_k8s.phase.entered=the run begins, claude_k8s.phase.left=no other Job of the agent}
      claude_k8s.create_job 0.2s..0.6s {claude_k8s.phase.entered=admitted, claude_k8s.phase.left=unsuspended}
        @0.5s claude_k8s.job_created {claude_k8s.job.suspended=true, k8s.job.name=ac-scout-r1, k8s.job.uid=job-uid}
      claude_k8s.schedule 0.6s..3s {claude_k8s.phase.entered=the Job exists, claude_k8s.phase.left=the container runs}
        @1s claude_k8s.waiting {claude_k8s.reason=ContainerCreating}
        @3s claude_k8s.container_started {k8s.pod.name=ac-scout-r1-x7}
      claude_k8s.stream 3s..9.2s {claude_k8s.phase.entered=the container runs, claude_k8s.phase.left=container ended, log complete}
        @4s claude_k8s.first_output
        @9.1s claude_k8s.container_ended {claude_k8s.container.reason=Completed, claude_k8s.exit_code=0, k8s.pod.name=ac-scout-r1-x7}
        claude_k8s.stream.attempt 3s..9.1s {claude_k8s.attempt.end=clean, claude_k8s.attempt.follow=true, claude_k8s.attempt=1, claude_k8s.log.bytes=2000, claude_k8s.log.duplicates=0, claude_k8s.log.lines=6}
      claude_k8s.conclude 9.2s..9.2s {claude_k8s.phase.entered=nothing more can come, claude_k8s.phase.left=success}
      claude_k8s.cleanup 9.2s..9.4s {claude_k8s.phase.entered=success, claude_k8s.phase.left=deleted}
        @9.4s claude_k8s.job_deleted {claude_k8s.job.deleted_by=self, claude_k8s.route=own-delete}"
  `);
});

test('attempts that were cut are errors of their own, and a truncated run names its cause', () => {
  expect(treeOf(truncated)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..712.7s ERROR "Claude was cut off: out of memory." {claude_k8s.agent.id=scout, claude_k8s.cause=oom_killed, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.claude.session.id=s-1, claude_k8s.container.reason=OOMKilled, claude_k8s.container.state=terminated, claude_k8s.contradictions=[OOMKilled, and the pod says Evicted], claude_k8s.exit_code=137, claude_k8s.job.conditions=[Failed/BackoffLimitExceeded], claude_k8s.job.deleted_by=other_client, claude_k8s.job.fate=deleted, claude_k8s.log.attempts=1, claude_k8s.log.bytes=4096, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=6, claude_k8s.notes=[a gap in the log], claude_k8s.pod.disruption=TerminationByKubelet, claude_k8s.pod.reason=Evicted, claude_k8s.route=deletion-timestamp, claude_k8s.ruled_out=[evicted: the kubelet gives OOMKilled], claude_k8s.run.id=r1, claude_k8s.signal=SIGKILL, claude_k8s.verdict=claude_truncated, container.image.name=agent:1, error.type=claude_truncated, k8s.job.name=ac-scout-r1, k8s.namespace.name=agents}
      claude_k8s.schedule 0s..2s {claude_k8s.phase.entered=the Job exists, claude_k8s.phase.left=the container runs}
      claude_k8s.stream 2s..710s {claude_k8s.phase.entered=the container runs, claude_k8s.phase.left=output ended}
        @5s claude_k8s.first_output
        @605s claude_k8s.silence {claude_k8s.seconds=600}
        @701.5s claude_k8s.gap {claude_k8s.detail=the anchor line is gone, claude_k8s.gap.after=2025-01-02T03:04:10Z, claude_k8s.gap.before=2025-01-02T03:15:00Z}
        claude_k8s.stream.attempt 2s..700s ERROR "ECONNRESET" {claude_k8s.attempt.end=reset, claude_k8s.attempt.follow=true, claude_k8s.attempt=1, claude_k8s.log.bytes=900, claude_k8s.log.duplicates=0, claude_k8s.log.lines=3, error.type=reset}
        claude_k8s.reconnect 700s..700.25s {claude_k8s.reason=reset, claude_k8s.reconnect.delay_ms=250}
        claude_k8s.stream.attempt 700.25s..700.5s ERROR "502" {claude_k8s.attempt.end=refused, claude_k8s.attempt.follow=true, claude_k8s.attempt.since=2025-01-02T03:04:10Z, claude_k8s.attempt=2, claude_k8s.log.bytes=0, claude_k8s.log.duplicates=0, claude_k8s.log.lines=0, error.type=refused}
        claude_k8s.reconnect 700.5s..701s {claude_k8s.reason=refused, claude_k8s.reconnect.delay_ms=500}
        claude_k8s.stream.attempt 701s..710s {claude_k8s.attempt.end=clean, claude_k8s.attempt.follow=true, claude_k8s.attempt.since=2025-01-02T03:04:10Z, claude_k8s.attempt=3, claude_k8s.log.bytes=300, claude_k8s.log.duplicates=2, claude_k8s.log.lines=3}
      claude_k8s.grace 710s..712s {claude_k8s.phase.entered=the container is not known to have ended, claude_k8s.phase.left=terminated}
        @712s claude_k8s.grace_ended {claude_k8s.reason=terminated}
      claude_k8s.verify 712s..712.1s {claude_k8s.phase.entered=the Job is not in the list, claude_k8s.phase.left=present}
        @712.1s claude_k8s.verified {claude_k8s.answer=present, claude_k8s.route=grace-period-verify-404}
      claude_k8s.pod_lookup 712.1s..712.7s {claude_k8s.phase.entered=the end is not known, claude_k8s.phase.left=terminated}
        @712.7s claude_k8s.container_ended {claude_k8s.container.reason=OOMKilled, claude_k8s.exit_code=137, k8s.pod.name=p}
        claude_k8s.pod_lookup.attempt 712.1s..712.2s ERROR "the container's end is lagging" {claude_k8s.attempt=1, claude_k8s.lookup.state=lagging, error.type=lagging}
        claude_k8s.pod_lookup.attempt 712.2s..712.7s {claude_k8s.attempt=2, claude_k8s.lookup.state=terminated}
      claude_k8s.conclude 712.7s..712.7s ERROR "claude_truncated" {claude_k8s.phase.entered=nothing more can come, claude_k8s.phase.left=claude_truncated, error.type=claude_truncated}"
  `);
});

test('an adopted run links the trace that began its Job', () => {
  expect(treeOf(adopted)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..96s {claude_k8s.adopted.from_run=r0, claude_k8s.adopted=true, claude_k8s.agent.id=scout, claude_k8s.claude.cost_usd=0.01, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.claude.session.id=s-1, claude_k8s.claude.turns=3, claude_k8s.container.reason=Completed, claude_k8s.container.state=terminated, claude_k8s.exit_code=0, claude_k8s.job.fate=cleanup_failed, claude_k8s.log.attempts=1, claude_k8s.log.bytes=4096, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=6, claude_k8s.prompt.delivered=false, claude_k8s.run.id=r1, claude_k8s.verdict=success, k8s.job.name=ac-scout-r0, k8s.job.uid=old-uid, k8s.namespace.name=agents}
      -> 0af7651916cd43dd8448eb211c80319c/b7ad6b7169203331
      claude_k8s.admit 0s..1s {claude_k8s.phase.entered=the run begins, claude_k8s.phase.left=adopted}
        @0.1s claude_k8s.request_retried {claude_k8s.call=list jobs, claude_k8s.detail=throttled, claude_k8s.tries=1}
        @1s claude_k8s.job_adopted {claude_k8s.adopted.from_run=r0, k8s.job.name=ac-scout-r0, k8s.job.uid=old-uid}
      claude_k8s.stream 1s..95s {claude_k8s.phase.entered=the container runs, claude_k8s.phase.left=container ended, log complete}
        @2s claude_k8s.first_output
        @20s claude_k8s.watch_degraded {claude_k8s.detail=forbidden, claude_k8s.kind=pods}
        @80s claude_k8s.api_unreachable {claude_k8s.detail=unreachable, claude_k8s.seconds=60}
        @95s claude_k8s.condition_lag {claude_k8s.seconds=4}
        claude_k8s.stream.attempt 1s..90s {claude_k8s.attempt.end=idle, claude_k8s.attempt.follow=true, claude_k8s.attempt=1, claude_k8s.log.bytes=10, claude_k8s.log.duplicates=0, claude_k8s.log.lines=1}
        claude_k8s.reconnect 90s..90s {claude_k8s.reason=idle, claude_k8s.reconnect.delay_ms=0}
        claude_k8s.stream.attempt 90s..96s {claude_k8s.attempt.follow=true, claude_k8s.attempt.since=2025-01-02T03:04:07Z, claude_k8s.attempt=2}
      claude_k8s.cleanup 95s..96s {claude_k8s.phase.entered=success, claude_k8s.phase.left=given up}
        @96s claude_k8s.cleanup_failed {claude_k8s.call=delete jobs, claude_k8s.detail=forbidden}"
  `);
});

test('a refused admission is an error on its phase and on the root', () => {
  expect(treeOf(refused)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..0.5s ERROR "Another run of this agent is alive." {claude_k8s.agent.id=scout, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.container.state=never_started, claude_k8s.job.fate=none, claude_k8s.log.attempts=0, claude_k8s.log.bytes=0, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=0, claude_k8s.run.id=r1, claude_k8s.verdict=k8s_concurrent_run_blocked, error.type=k8s_concurrent_run_blocked, k8s.job.name=ac-scout-r1, k8s.job.uid=job-uid, k8s.namespace.name=agents}
      claude_k8s.admit 0s..0.5s ERROR "k8s_concurrent_run_blocked" {claude_k8s.phase.entered=the run begins, claude_k8s.phase.left=blocked, error.type=k8s_concurrent_run_blocked}
        @0.3s claude_k8s.job_created {claude_k8s.job.suspended=true, k8s.job.name=ac-scout-r1, k8s.job.uid=job-uid}
        @0.5s claude_k8s.job_withdrawn {claude_k8s.detail=ac-scout-r2 was created first, k8s.job.name=ac-scout-r1}"
  `);
});

test('a cancelled run has failed nowhere', () => {
  expect(treeOf(cancelled)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..11s {claude_k8s.agent.id=scout, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.container.state=never_started, claude_k8s.job.fate=deleted, claude_k8s.log.attempts=0, claude_k8s.log.bytes=0, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=0, claude_k8s.run.id=r1, claude_k8s.verdict=cancelled, k8s.job.name=ac-scout-r1, k8s.namespace.name=agents}
      claude_k8s.stage 0s..1s {claude_k8s.phase.entered=admitted, claude_k8s.phase.left=staged}
      claude_k8s.schedule 1s..11s {claude_k8s.phase.entered=the Job exists}
        @2s claude_k8s.queued {claude_k8s.queue=team-a}
        @9s claude_k8s.note {claude_k8s.detail=the queue has not let it in}
      claude_k8s.cancel 10s..11s {claude_k8s.phase.entered=asked by the host, claude_k8s.phase.left=the pod is gone}"
  `);
});

test('a run that was handed over has failed nowhere and says that its Job runs on', () => {
  expect(treeOf(handedOver)).toMatchInlineSnapshot(`
    "claude_k8s.run 0s..2s {claude_k8s.agent.id=scout, claude_k8s.claude.cost_usd=0.01, claude_k8s.claude.model=claude-sonnet-4-6, claude_k8s.claude.session.id=s-1, claude_k8s.claude.turns=3, claude_k8s.container.reason=Completed, claude_k8s.container.state=terminated, claude_k8s.handed_over=true, claude_k8s.job.fate=left_running, claude_k8s.log.attempts=1, claude_k8s.log.bytes=4096, claude_k8s.log.complete=true, claude_k8s.log.duplicates=0, claude_k8s.log.gaps=0, claude_k8s.log.lines=6, claude_k8s.run.id=r1, claude_k8s.verdict=k8s_run_handed_over, k8s.job.name=ac-scout-r1, k8s.namespace.name=agents}
      claude_k8s.stream 0s..2s {claude_k8s.phase.entered=the container runs, claude_k8s.phase.left=shutdown}
        @1s claude_k8s.first_output"
  `);
});

test('a phase that failed with what is in no list is an error of the class for all such, and says the word itself', () => {
  const tree = treeOf([
    ...refused.slice(0, 2),
    { type: 'phase_left', at: start + 500, phase: 'admit', why: 'lost', error: 'k8s_moon_phase' },
    ...refused.slice(-1),
  ]);
  expect(tree).toMatch(/claude_k8s\.admit 0s\.\.0\.5s ERROR "k8s_moon_phase" \{.*error\.type=_OTHER\}/);
});
