import { label } from '../../src/manifest/labels.ts';
import type { Effect } from '../../src/run/effect.ts';
import { beginHeld, decideHeld } from '../../src/run/held.ts';
import type { Observation } from '../../src/run/observation.ts';
import type { Outcome } from '../../src/run/outcome.ts';
import type { RunLimits, RunRequest } from '../../src/run/request.ts';
import type { Held } from '../../src/run/run.ts';
import type { ContainerSnapshot, JobSnapshot, LogLine, PodSnapshot, Terminated } from '../../src/run/snapshot.ts';
import type { Step } from '../../src/run/step.ts';
import type { Transition } from '../../src/run/transition.ts';
import { job, pod, startedAt, terminated } from '../failure/build.ts';
import { limits, request as requestOf } from './request.ts';

export const mine = { [label.runId]: 'r1' };
export const ours = job({ labels: mine });
export const agent = (state: ContainerSnapshot['state']): ContainerSnapshot => ({
  name: 'claude',
  state,
  last: undefined,
  image: 'i',
  restartCount: 0,
});
export const runningPod = pod({ phase: 'Running', agent: agent({ is: 'running', startedAt }) });
export const endedPod = (over: Partial<Terminated> = {}, more: Partial<PodSnapshot> = {}) =>
  pod({ resourceVersion: '300', phase: 'Failed', agent: agent({ is: 'terminated', ...terminated(over) }), ...more });

export function request(over: Partial<RunLimits> = {}, more: Partial<RunRequest> = {}): RunRequest {
  return requestOf({ jobName: ours.name, limits: { ...limits, ...over }, ...more });
}

/** A run with the world around it: time passes by the wake-ups that the run asks for. */
export class World {
  at = startedAt;
  step: Step<Held>;
  effects: Effect[] = [];
  transitions: Transition[] = [];
  constructor(
    over: Partial<RunLimits> = {},
    more: Partial<RunRequest> = {},
    patchAllowed = true,
    adopted?: JobSnapshot,
  ) {
    const admission =
      adopted === undefined
        ? ({ as: 'created', job: ours, patchAllowed } as const)
        : ({ as: 'adopted', job: adopted, fromRunId: 'r0', patchAllowed, serverTime: undefined } as const);
    this.step = beginHeld(request(over, more), admission, this.at, this.at);
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

export const json = (value: unknown, n: number): LogLine => ({
  stamp: `2026-11-23T10:00:0${n}.000000000Z`,
  text: JSON.stringify(value),
});
export const init = json({ type: 'system', subtype: 'init', session_id: 's', model: 'm' }, 0);
export const said = json(
  { type: 'assistant', message: { id: 'a', model: 'm', content: [{ type: 'text', text: 'hi' }] } },
  1,
);
export const done = json({ type: 'result', subtype: 'success', is_error: false, result: 'done', session_id: 's' }, 2);

/** Running, with the given output. */
export function talking(given: LogLine[], limits: Partial<RunLimits> = {}, over: Partial<RunRequest> = {}): World {
  const world = new World(limits, over);
  world.pod(runningPod);
  if (given.length > 0) world.lines(...given);
  return world;
}
/** The follow ends, the container's end is seen, and one more read proves the log complete. */
export function exits(world: World, given: LogLine[], over: Partial<Terminated> = {}): void {
  world.pod(endedPod(over));
  world.end();
  const since = world.asked('open_log').at(-1)?.since ?? '';
  world.lines(...given.filter(({ stamp }) => (stamp ?? '') >= since.slice(0, 19)));
  world.end();
}
