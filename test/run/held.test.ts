import { describe, expect, test } from 'vitest';
import { label } from '../../src/manifest/labels.ts';
import type { Effect } from '../../src/run/effect.ts';
import { beginHeld, decideHeld } from '../../src/run/held.ts';
import { limit } from '../../src/run/limits.ts';
import type { Observation } from '../../src/run/observation.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { RunLimits, RunRequest } from '../../src/run/request.ts';
import type { Held } from '../../src/run/run.ts';
import type { ContainerSnapshot, JobSnapshot, LogLine, PodSnapshot, Terminated } from '../../src/run/snapshot.ts';
import type { Step } from '../../src/run/step.ts';
import type { Transition } from '../../src/run/transition.ts';
import { condition, job, pod, startedAt, terminated } from '../failure/build.ts';

const mine = { [label.runId]: 'r1' };
const ours = job({ labels: mine });
const agent = (state: ContainerSnapshot['state']): ContainerSnapshot => ({
  name: 'claude',
  state,
  last: undefined,
  image: 'i',
  restartCount: 0,
});
const runningPod = pod({ phase: 'Running', agent: agent({ is: 'running', startedAt }) });
const endedPod = (over: Partial<Terminated> = {}, more: Partial<PodSnapshot> = {}) =>
  pod({ resourceVersion: '300', phase: 'Failed', agent: agent({ is: 'terminated', ...terminated(over) }), ...more });

function request(limits: Partial<RunLimits> = {}, over: Partial<RunRequest> = {}): RunRequest {
  return {
    runId: 'r1',
    agentId: 'scout',
    agentLabel: 'scout',
    taskId: undefined,
    sessionId: undefined,
    namespace: 'agents',
    jobName: ours.name,
    promptHash: 'hash',
    needsSecret: false,
    holder: { host: 'h', pod: undefined, podNamespace: undefined, bootId: 'b', pid: 1 },
    start: { as: 'new' },
    limits: {
      timeoutSec: 0,
      graceSec: 60,
      scheduleTimeoutSec: 120,
      logGraceSec: 30,
      exitAfterResultSec: 120,
      stallTimeoutSec: 0,
      ttlSecondsAfterFinished: 300,
      ...limits,
    },
    reattachOrphanedJobs: true,
    continueAfterAdoption: false,
    retainJobs: false,
    model: undefined,
    traceparent: undefined,
    adapterVersion: '0',
    ...over,
  };
}

/** A run with the world around it: time passes by the wake-ups that the run asks for. */
class World {
  at = startedAt;
  step: Step<Held>;
  effects: Effect[] = [];
  transitions: Transition[] = [];
  constructor(limits: Partial<RunLimits> = {}, over: Partial<RunRequest> = {}, patchAllowed = true) {
    this.step = beginHeld(request(limits, over), { as: 'created', job: ours, patchAllowed }, this.at, this.at);
    this.take();
  }
  take() {
    this.effects.push(...this.step.effects);
    this.transitions.push(...this.step.transitions);
  }
  see(seen: Observation) {
    this.step = decideHeld(this.step.state, seen);
    this.take();
  }
  pod(seen: PodSnapshot) {
    this.see({ type: 'pod_seen', at: this.at, pod: seen });
  }
  job(seen: JobSnapshot) {
    this.see({ type: 'job_seen', at: this.at, job: seen });
  }
  podGone() {
    this.see({ type: 'pod_gone', at: this.at, uid: 'pod-uid', last: undefined, route: 'watch-deleted' });
  }
  lines(...lines: LogLine[]) {
    this.see({ type: 'log_received', at: this.at, attempt: this.attempt, bytes: 9, lines });
  }
  end() {
    const { at, attempt } = this;
    this.see({ type: 'log_ended', at, attempt, how: 'clean', partial: undefined, fault: undefined });
  }
  get attempt() {
    return this.step.state.follow.account.attempts;
  }
  /** Lets time pass, waking the run whenever it asked to be; a wake-up that never moves on is an endless loop. */
  pass(ms: number) {
    const until = this.at + ms;
    for (let wakes = 0; this.step.wakeAt !== undefined && this.step.wakeAt <= until; wakes++) {
      if (wakes > 10_000) throw new Error(`woken without end in ${this.step.state.phase.name}`);
      this.at = Math.max(this.at, this.step.wakeAt);
      this.see({ type: 'tick', at: this.at });
    }
    this.at = until;
    this.see({ type: 'tick', at: until });
  }
  answer(answered: Pick<Extract<Observation, { type: 'answered' }>, 'to' | 'answer'>) {
    this.see({ type: 'answered', at: this.at, ...answered } as Observation);
  }
  ok(to: Extract<Observation, { type: 'answered' }>['to'], value: unknown) {
    this.answer({ to, answer: { ok: true, value, serverTime: undefined } as never });
  }
  fault(to: Extract<Observation, { type: 'answered' }>['to'], kind: 'not_found' | 'unreachable' | 'forbidden') {
    const fault = { kind, call: to, status: undefined, reason: undefined, message: kind, retryAfterMs: undefined };
    this.answer({ to, answer: { ok: false, fault } as never });
  }
  asked<K extends Effect['do']>(kind: K) {
    return this.effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === kind);
  }
  get outcome(): Outcome | undefined {
    return this.effects.flatMap((effect) => (effect.do === 'finish' ? [effect.outcome] : []))[0];
  }
  phases() {
    return this.transitions.flatMap((t) => (t.type === 'phase_entered' ? [t.phase] : []));
  }
  cleanUp() {
    this.ok('conclude_job', 'concluded');
    this.ok('delete_job', 'deleted');
  }
}

const json = (value: unknown, n: number): LogLine => ({
  stamp: `2026-11-23T10:00:0${n}.000000000Z`,
  text: JSON.stringify(value),
});
const init = json({ type: 'system', subtype: 'init', session_id: 's', model: 'm' }, 0);
const said = json({ type: 'assistant', message: { id: 'a', model: 'm', content: [{ type: 'text', text: 'hi' }] } }, 1);
const done = json({ type: 'result', subtype: 'success', is_error: false, result: 'done', session_id: 's' }, 2);

/** Running, with the given output. */
function talking(given: LogLine[], limits: Partial<RunLimits> = {}, over: Partial<RunRequest> = {}): World {
  const world = new World(limits, over);
  world.pod(runningPod);
  if (given.length > 0) world.lines(...given);
  return world;
}
/** The follow ends, the container's end is seen, and one more read proves the log complete. */
function exits(world: World, given: LogLine[], over: Partial<Terminated> = {}): void {
  world.pod(endedPod(over));
  world.end();
  const since = world.asked('open_log').at(-1)?.since ?? '';
  world.lines(...given.filter(({ stamp }) => (stamp ?? '') >= since.slice(0, 19)));
  world.end();
}

describe('a run that ends by itself', () => {
  test('is a success, told before the Job is marked and deleted', () => {
    const world = talking([init, said, done]);
    exits(world, [init, said, done]);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'success', ttlSeconds: 300 }]);
    expect(world.asked('delete_job')).toEqual([]);
    world.cleanUp();
    expect(world.outcome).toMatchObject({
      verdict: { code: null, exitCode: 0 },
      job: 'deleted',
      result: { text: 'done' },
    });
    expect(world.phases()).toEqual(['schedule', 'stream', 'pod_lookup', 'conclude', 'cleanup']);
    expect(world.step).toMatchObject({ wakeAt: undefined, state: { phase: { name: 'ended' } } });
  });
  test('whose container is killed for memory is truncated', () => {
    const world = talking([init, said]);
    exits(world, [init, said], { exitCode: 137, reason: 'OOMKilled' });
    world.cleanUp();
    expect(world.outcome?.verdict).toMatchObject({ code: 'claude_truncated', cause: 'oom_killed', exitCode: 137 });
  });
  test('is not concluded before its log is read, whatever the Job says', () => {
    const world = talking([init, said]);
    world.job(job({ labels: mine, resourceVersion: '9', conditions: [condition('Complete')] }));
    world.pod(endedPod());
    expect(world.phases()).not.toContain('conclude');
  });
});

describe('a stream that ends while the container runs', () => {
  test('is reopened, and the silence after it never ends the run', () => {
    const world = talking([init, said]);
    world.end();
    world.pass(3 * 60 * 60_000);
    expect(world.outcome).toBeUndefined();
    expect(world.asked('delete_job')).toEqual([]);
    expect(world.phases().slice(0, 4)).toEqual(['schedule', 'stream', 'grace', 'stream']);
  });
  test('keeps at most one log stream open', () => {
    const world = talking([init]);
    world.pass(30 * 60_000);
    let open = 0;
    for (const effect of world.effects) {
      if (effect.do === 'open_log') open++;
      if (effect.do === 'close_log') open--;
      expect(open).toBeLessThanOrEqual(1);
    }
    expect(world.asked('open_log').length).toBeGreaterThan(20);
  });
});

describe('a Job that is gone', () => {
  test('is verified by a direct read before it is called deleted', () => {
    const world = talking([init, said]);
    world.see({ type: 'job_gone', at: world.at, uid: 'job-uid', last: undefined, route: 'watch-deleted' });
    world.podGone();
    expect(world.outcome).toBeUndefined();
    expect(world.asked('read_job')).toHaveLength(1);
    world.fault('read_job', 'unreachable');
    world.pass(60_000);
    expect(world.outcome).toBeUndefined();
    world.fault('read_job', 'not_found');
    world.ok('read_pods', { pods: [] });
    expect(world.outcome).toMatchObject({ job: 'none', verdict: { code: 'k8s_job_deleted_externally' } });
    expect(world.asked('delete_job')).toEqual([]);
  });
});

describe('a cancel', () => {
  test('marks and deletes the Job, and waits until the pod is gone', () => {
    const world = talking([init, said]);
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    expect(world.asked('conclude_job')).toMatchObject([{ deleting: 'run stopped: cancelled' }]);
    world.ok('conclude_job', 'concluded');
    world.ok('delete_job', 'deleted');
    expect(world.outcome).toBeUndefined();
    world.pod(endedPod({ exitCode: 143 }, { deletionAt: world.at + 20_000 }));
    expect(world.outcome).toBeUndefined();
    world.podGone();
    world.fault('read_pods', 'not_found');
    expect(world.outcome).toMatchObject({ verdict: { code: 'cancelled', exitCode: 143 } });
  });
  test('goes on asking while the API is away', () => {
    const world = talking([init]);
    world.see({ type: 'cancel_requested', at: world.at, reason: 'board' });
    world.fault('conclude_job', 'unreachable');
    world.pass(60_000);
    expect(world.asked('conclude_job')).toHaveLength(2);
    expect(world.outcome).toBeUndefined();
  });
});

test('a shutdown releases the Job and deletes nothing', () => {
  const world = talking([init, said]);
  world.see({ type: 'shutdown_requested', at: world.at, reason: 'SIGTERM' });
  expect(world.asked('release_holder')).toHaveLength(1);
  expect(world.asked('delete_job')).toEqual([]);
  expect(world.asked('conclude_job')).toEqual([]);
  expect(world.outcome).toMatchObject({ verdict: { code: 'k8s_run_handed_over' }, job: 'left_running' });
});

test('a run that sees its Job adopted lets it go', () => {
  const world = talking([init, said]);
  world.job(job({ labels: { [label.runId]: 'r2' }, resourceVersion: '101' }));
  expect(world.outcome).toMatchObject({ verdict: { code: 'k8s_run_handed_over' }, job: 'not_ours' });
  expect(world.asked('delete_job')).toEqual([]);
});

describe('a container that hangs', () => {
  /** The read that ends by itself and brings nothing new. */
  const provesSilence = (world: World) => {
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: false });
    world.end();
  };

  test('after its result is stopped, and the run is a success with a note', () => {
    const world = talking([init, said, done], { exitAfterResultSec: 10 });
    world.pass(10_000);
    expect(world.asked('conclude_job')).toEqual([]);
    provesSilence(world);
    world.cleanUp();
    exits(world, [init, said, done], { exitCode: 143 });
    world.podGone();
    expect(world.outcome).toMatchObject({
      verdict: { code: null, notes: expect.arrayContaining([expect.stringContaining('did not exit')]) },
      job: 'deleted',
    });
  });

  test('in mid-answer is ended only when a stall timeout is set', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(299_000);
    expect(world.asked('open_log').every(({ follow }) => follow)).toBe(true);
    world.pass(2_000);
    expect(world.asked('conclude_job')).toEqual([]);
    provesSilence(world);
    expect(world.asked('conclude_job')).toMatchObject([{ verdict: 'stalled' }]);
  });

  test('only as it seems: a stream that died without a word had kept back what it said', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(301_000);
    world.lines(init, said, json({ type: 'user' }, 3));
    world.end();
    world.pass(60_000);
    expect(world.asked('conclude_job')).toEqual([]);
    expect(world.asked('open_log').at(-1)).toMatchObject({ follow: true });
  });

  test('is not stopped while its log can not be read', () => {
    const world = talking([init, said], { stallTimeoutSec: 300 });
    world.pass(301_000);
    for (let tries = 0; tries < 5; tries++) {
      const fault = {
        kind: 'server_error',
        call: 'get pods/log',
        status: 500,
        reason: undefined,
        message: 'x',
        retryAfterMs: undefined,
      } as const;
      const { at, attempt } = world;
      world.see({ type: 'log_ended', at, attempt, how: 'refused', partial: undefined, fault });
      world.pass(20_000);
    }
    expect(world.asked('conclude_job')).toEqual([]);
  });

  test('is counted from its start, not from the Job’s', () => {
    const world = new World({ stallTimeoutSec: 60 });
    world.pass(100_000);
    world.pod(runningPod);
    world.pass(59_000);
    expect(world.asked('open_log').every(({ follow }) => follow)).toBe(true);
  });
});

describe('a start that is waited for', () => {
  const waits = pod({
    phase: 'Pending',
    agent: undefined,
    conditions: [condition('PodScheduled', 'Unschedulable', { status: 'False' })],
  });
  const fault = {
    kind: 'unreachable',
    call: 'watch pods',
    status: undefined,
    reason: undefined,
    message: 'refused',
    retryAfterMs: undefined,
  } as const;

  test('loses no patience while the API is away', () => {
    const world = new World();
    world.pod(waits);
    world.see({ type: 'watch_degraded', at: world.at, kind: 'pods', fault });
    world.pass(600_000);
    world.see({ type: 'watch_recovered', at: world.at, kind: 'pods' });
    world.pass(100_000);
    expect(world.asked('read_pods')).toEqual([]);
    world.pass(30_000);
    expect(world.asked('read_pods')).toHaveLength(1);
  });

  test('is given up only after one more look, which may find it started', () => {
    const world = new World();
    world.pod(waits);
    world.pass(121_000);
    world.ok('read_pods', { pods: [runningPod] });
    expect(world.step.state.phase.name).toBe('stream');
    expect(world.asked('conclude_job')).toEqual([]);
  });
});

test('a node that is lost is not waited for without end, and nothing is deleted', () => {
  const world = talking([init, said]);
  world.pod(pod({ ...runningPod, resourceVersion: '301', deletionAt: world.at + 20_000 }));
  world.pass(20_000 + limit.unreachable);
  world.ok('read_pods', { pods: [pod({ ...runningPod, resourceVersion: '301', deletionAt: startedAt + 20_000 })] });
  expect(world.outcome).toMatchObject({ job: 'left_running', evidence: { container: { known: 'unreachable' } } });
  expect(world.asked('delete_job')).toEqual([]);
});

test('a Job that is to be retained is marked and kept', () => {
  const world = talking([init, said, done], {}, { retainJobs: true });
  exits(world, [init, said, done]);
  expect(world.asked('conclude_job')).toMatchObject([{ deleting: undefined }]);
  world.ok('conclude_job', 'concluded');
  expect(world.outcome).toMatchObject({ job: 'retained', verdict: { code: null } });
});

test('a clean-up that fails is a warning and does not change the verdict', () => {
  const world = talking([init, said, done]);
  exits(world, [init, said, done]);
  world.fault('conclude_job', 'forbidden');
  expect(world.outcome).toMatchObject({ job: 'cleanup_failed', verdict: { code: null } });
});

test('a start that takes too long ends with the last word of the scheduler', () => {
  const world = new World();
  const unscheduled = condition('PodScheduled', 'Unschedulable', { status: 'False', message: 'Insufficient cpu' });
  world.pod(pod({ phase: 'Pending', conditions: [unscheduled] }));
  world.ok('list_events', { events: [] });
  world.pass(121_000);
  world.ok('read_pods', { pods: [] });
  world.cleanUp();
  expect(world.outcome?.verdict).toMatchObject({ code: 'k8s_pod_schedule_failed', cause: 'unschedulable' });
});

describe('a node in doubt', () => {
  const notReady = { name: 'node-a', ready: 'Unknown', readySince: undefined, taints: [] };
  const refuse = (w: World) => {
    const fault = {
      kind: 'server_error',
      call: 'get pods/log',
      status: 500,
      reason: undefined,
      message: 'dial tcp: refused',
      retryAfterMs: undefined,
    } as const;
    w.see({ type: 'log_ended', at: w.at, attempt: w.attempt, how: 'refused', partial: undefined, fault });
  };

  test('is asked about while the log endpoint fails, and what it says before the disruption counts', () => {
    const w = new World();
    w.pod(pod({ ...runningPod, nodeName: 'node-a' }));
    expect(w.asked('read_node')).toEqual([]);
    refuse(w);
    expect(w.asked('read_node')).toEqual([{ do: 'read_node', name: 'node-a' }]);
    w.ok('read_node', notReady);
    expect(w.step.state.facts.nodeSeenNotReady).toBe(true);
  });

  test('is asked again only now and then, and not at all by an account that may not', () => {
    const w = new World();
    w.pod(pod({ ...runningPod, nodeName: 'node-a' }));
    refuse(w);
    w.fault('read_node', 'forbidden');
    w.pass(60_000);
    refuse(w);
    expect(w.asked('read_node')).toHaveLength(1);
  });
});

describe('an adopted Job without a pod', () => {
  const complete = job({ labels: mine, conditions: [condition('Complete')] });
  const adopt = (left: JobSnapshot) => {
    const w = new World();
    w.effects = [];
    w.transitions = [];
    const admission = { as: 'adopted', job: left, fromRunId: 'r0', patchAllowed: true } as const;
    w.step = beginHeld(request(), admission, w.at, w.at);
    w.take();
    w.see({ type: 'tick', at: w.at });
    return w;
  };

  test('that has ended: the pod is looked for once more, then it is said that its output is lost', () => {
    const w = adopt(complete);
    expect(w.asked('read_pods')).toHaveLength(1);
    w.ok('read_pods', { pods: [] });
    w.cleanUp();
    expect(w.outcome?.verdict.code).toBe('k8s_pod_reattach_failed');
    expect(w.outcome?.verdict.message).toContain('its output is lost');
  });

  test('whose own status tells the end is judged by that', () => {
    const w = adopt(job({ labels: mine, conditions: [condition('Failed', 'DeadlineExceeded')] }));
    w.ok('read_pods', { pods: [] });
    w.cleanUp();
    expect(w.outcome?.verdict).toMatchObject({ code: 'timeout', cause: 'deadline_exceeded' });
  });

  test('whose pod is found after all has its output read', () => {
    const w = adopt(complete);
    w.ok('read_pods', { pods: [endedPod({ exitCode: 0 })] });
    expect(w.outcome).toBeUndefined();
    w.lines(init, said, done);
    w.end();
    w.lines(said, done);
    w.end();
    w.cleanUp();
    expect(w.outcome?.verdict.code).toBeNull();
  });

  test('that has not ended may still get one', () => {
    expect(adopt(job({ labels: mine })).asked('read_pods')).toEqual([]);
  });
});
