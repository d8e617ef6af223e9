import { describe, expect, test } from 'vitest';
import { emptyTranscript } from '../../src/claude/transcript.ts';
import type { Cause } from '../../src/failure/table.ts';
import { judge } from '../../src/failure/verdict.ts';
import type { ApiFault, FaultKind } from '../../src/run/answer.ts';
import type { Evidence } from '../../src/run/evidence.ts';
import type { EventSnapshot, PodSnapshot } from '../../src/run/snapshot.ts';
import { condition, ended, endedAt, evidence, pod, terminated, waiting } from './build.ts';

function unstarted(over: Partial<PodSnapshot>, rest: Partial<Evidence> = {}): Evidence {
  return evidence({
    transcript: emptyTranscript,
    agentStarted: false,
    container: { known: 'never_started' },
    pod: pod({ phase: 'Pending', nodeName: undefined, ...over }),
    ...rest,
  });
}

function warning(reason: string, message: string, lastAt = endedAt): EventSnapshot {
  const about = { kind: 'Pod', name: 'p', uid: 'pod-uid' };
  return { uid: `${reason}-${lastAt}`, reason, message, type: 'Warning', about, source: undefined, count: 1, lastAt };
}

function refused(kind: FaultKind, message: string): Evidence {
  const fault: ApiFault = {
    kind,
    call: 'create jobs',
    status: 403,
    reason: undefined,
    message,
    retryAfterMs: undefined,
  };
  const refusal = { code: 'k8s_job_create_failed' as const, cause: undefined, detail: 'refused', fault };
  return unstarted({}, { pod: undefined, job: undefined, refusal });
}

const schedule = (cause: Cause | undefined) => ({
  refusal: { code: 'k8s_pod_schedule_failed' as const, cause, detail: 'patience is over', fault: undefined },
});
const unscheduled = (message: string) => ({
  conditions: [condition('PodScheduled', 'Unschedulable', { status: 'False', message })],
});
const init = waiting('write-prompt', 'PodInitializing');

const rows: Record<string, [Evidence, Cause]> = {
  'the image does not exist': [unstarted({ agent: waiting('claude', 'ErrImagePull') }), 'image_pull'],
  'the init image does not exist': [unstarted({ inits: [waiting('write-prompt', 'ImagePullBackOff')] }), 'image_pull'],
  'a Secret key is missing': [unstarted({ agent: waiting('claude', 'CreateContainerConfigError') }), 'config_error'],
  'the runtime cannot start the process': [
    unstarted({ phase: 'Failed' }, { container: ended(128, { reason: 'StartError' }), agentStarted: true }),
    'config_error',
  ],
  'an init container failed': [
    unstarted({ inits: [{ ...init, state: { is: 'terminated', ...terminated({ exitCode: 1 }) } }] }),
    'init_failed',
  ],
  'an init container crashes again and again': [
    unstarted({ inits: [waiting('write-prompt', 'CrashLoopBackOff')] }),
    'init_failed',
  ],
  'no node has room': [unstarted(unscheduled('0/1 nodes are available: 1 Insufficient cpu.')), 'unschedulable'],
  'the claim does not exist': [
    unstarted(unscheduled('0/1 nodes are available: persistentvolumeclaim "shared" not found.')),
    'volume',
  ],
  'the claim lies on another node': [unstarted(unscheduled('1 node(s) had volume node affinity conflict.')), 'volume'],
  'unschedulable, as the core saw it, for a claim': [
    unstarted(unscheduled('persistentvolumeclaim "shared" not found'), schedule('unschedulable')),
    'volume',
  ],
  'what the core named stands': [unstarted(unscheduled('Insufficient cpu'), schedule('quota')), 'quota'],
  'the kubelet refused the pod': [unstarted({ phase: 'Failed', reason: 'OutOfcpu' }), 'unschedulable'],
  'a mount fails': [
    unstarted({ agent: waiting('claude', 'ContainerCreating') }, { events: [warning('FailedMount', 'no such path')] }),
    'volume',
  ],
  'a full quota shows only as an event': [
    unstarted({}, { pod: undefined, events: [warning('FailedCreate', 'pods "x" is forbidden: exceeded quota: q')] }),
    'quota',
  ],
  'Pod Security shows only as an event': [
    unstarted({}, { pod: undefined, events: [warning('FailedCreate', 'violates PodSecurity "restricted:latest"')] }),
    'config_error',
  ],
  'the latest event counts': [
    unstarted(
      {},
      {
        pod: undefined,
        events: [warning('FailedMount', 'x', endedAt), warning('FailedScheduling', 'Insufficient cpu', endedAt - 1)],
      },
    ),
    'volume',
  ],
  'evicted while it waited for its image': [
    unstarted({ phase: 'Failed', reason: 'Evicted', agent: waiting('claude', 'ImagePullBackOff') }),
    'evicted',
  ],
  'preempted before it started': [
    unstarted({ conditions: [condition('DisruptionTarget', 'PreemptionByScheduler')] }),
    'preempted',
  ],
  'the pod was deleted before it started': [unstarted({ deletionAt: endedAt }), 'deleted_by_other'],
  'nothing says why': [unstarted({}), 'unknown'],
  'create: quota': [refused('forbidden', 'jobs.batch "x" is forbidden: exceeded quota: count/jobs.batch=1'), 'quota'],
  'create: admission webhook': [refused('forbidden', 'admission webhook "v.x" denied the request: no'), 'config_error'],
  'create: RBAC': [refused('forbidden', 'User "u" cannot create resource "jobs"'), 'rbac'],
  'create: no credentials': [refused('unauthorized', 'Unauthorized'), 'rbac'],
  'create: invalid object': [refused('rejected', 'Job.batch "x" is invalid'), 'config_error'],
  'create: no answer': [refused('unreachable', 'ECONNREFUSED'), 'api_unreachable'],
  'create: 409 of something else': [refused('conflict', 'already exists'), 'unknown'],
};

describe('the cause of a run that never started', () => {
  test.for(Object.entries(rows))('%s', ([, [given, expected]]) => {
    const verdict = judge(given);
    expect([verdict.code, verdict.cause, verdict.exitCode]).toEqual([
      given.refusal?.code ?? 'k8s_pod_schedule_failed',
      expected,
      null,
    ]);
  });

  test('a refusal that stands alone stays alone', () => {
    const refusal = { code: 'k8s_concurrent_run_blocked', cause: 'rbac', detail: 'run r0', fault: undefined } as const;
    expect(judge(unstarted({}, { refusal })).cause).toBeNull();
  });
});

test('a namespace that is not there is the configuration’s fault', () => {
  expect(judge(refused('not_found', 'namespaces "nope" not found')).cause).toBe('config_error');
});
