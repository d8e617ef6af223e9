import type { Answer } from '../../../src/run/answer.ts';
import { begin, decide, type Run } from '../../../src/run/decide.ts';
import type { Effect, RequestEffect } from '../../../src/run/effect.ts';
import type { Observation } from '../../../src/run/observation.ts';
import type { Outcome } from '../../../src/run/outcome.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import type { Step } from '../../../src/run/step.ts';
import type { Transition } from '../../../src/run/transition.ts';
import { request } from '../request.ts';
import type { JobsApi } from './api.ts';

/** A run with its requests under way; whoever drives it decides when they reach the API and when the answers come back. */
export class Process {
  at: number;
  step: Step<Run>;
  effects: Effect[] = [];
  transitions: Transition[] = [];
  underWay: RequestEffect[] = [];
  readonly request: RunRequest;
  constructor(over: Partial<RunRequest>, at = 1_000_000) {
    this.at = at;
    this.request = request(over);
    this.step = begin(this.request, at);
    this.take();
  }
  private take() {
    const { effects, transitions } = this.step;
    this.effects.push(...effects);
    this.transitions.push(...transitions);
    for (const effect of effects) if (isRequest(effect)) this.underWay.push(effect);
  }
  see(seen: Observation) {
    this.at = Math.max(this.at, seen.at);
    this.step = decide(this.step.state, seen);
    this.take();
  }
  /** Performs the oldest request; `lose` keeps what it did and loses the answer. */
  turn(
    api: JobsApi,
    answer: (effect: RequestEffect, real: () => Answer<unknown>) => Answer<unknown> = (_, real) => real(),
  ) {
    const effect = this.underWay.shift();
    if (effect === undefined) return false;
    const given = answer(effect, () => api.perform(effect, this));
    this.see({ type: 'answered', to: effect.do, at: this.at, answer: given } as Observation);
    return true;
  }
  tick(ms: number) {
    this.see({ type: 'tick', at: this.at + ms });
  }
  /** Until the admission is over; time passes where the run waits. */
  run(api: JobsApi, answer?: Parameters<Process['turn']>[1]) {
    for (let turns = 0; !this.isOver; turns++) {
      if (turns > 5_000) throw new Error('the admission never ends');
      if (!this.turn(api, answer)) this.tick(Math.max(0, (this.step.wakeAt ?? this.at) - this.at));
    }
    return this;
  }
  get isOver() {
    return this.step.state.is !== 'admitting';
  }
  get holds() {
    return this.step.state.is === 'held';
  }
  get outcome(): Outcome | undefined {
    return this.effects.flatMap((effect) => (effect.do === 'finish' ? [effect.outcome] : []))[0];
  }
  asked<K extends Effect['do']>(kind: K) {
    return this.effects.filter((effect): effect is Extract<Effect, { do: K }> => effect.do === kind);
  }
  phases() {
    return this.transitions.flatMap((t) => (t.type === 'phase_entered' ? [t.phase] : []));
  }
}

const requests = new Set<Effect['do']>([
  'lock_admission',
  'list_agent_jobs',
  'inspect_holders',
  'probe_patch',
  'create_job',
  'read_job',
  'create_secret',
  'unsuspend_job',
  'withdraw_job',
  'adopt_job',
  'delete_abandoned',
]);

function isRequest(effect: Effect): effect is RequestEffect {
  return requests.has(effect.do);
}
