import type { Effect } from '../../src/run/effect.ts';
import { driveFollow, type Follow, type LogView, newFollow } from '../../src/run/follow.ts';
import { type LogObservation, readLog } from '../../src/run/follow-log.ts';
import type { LogEnd } from '../../src/run/observation.ts';
import type { LogLine } from '../../src/run/snapshot.ts';
import type { Transition } from '../../src/run/transition.ts';

export const start = 1_000_000;
export const running: LogView = { pod: 'p', readable: true, endSeenAt: undefined, podGone: false };

/** Plays a reading: what is due is done first at every moment, as the loop does. */
export class Reading {
  follow: Follow;
  view = running;
  at = start;
  effects: Effect[] = [];
  transitions: Transition[] = [];
  transcript: string[] = [];
  afresh = 0;
  constructor(cursor?: string) {
    this.follow = newFollow(cursor, start);
    this.drive();
  }
  drive() {
    this.take(driveFollow(this.follow, this.view, this.at));
  }
  take(step: { follow: Follow; effects: readonly Effect[]; transitions: readonly Transition[] }) {
    this.follow = step.follow;
    this.effects.push(...step.effects);
    this.transitions.push(...step.transitions);
  }
  hear(seen: LogObservation) {
    const step = readLog(this.follow, this.view, seen);
    this.afresh += Number(step.afresh);
    this.transcript.push(...step.lines);
    this.take(step);
    this.drive();
  }
  get attempt() {
    return this.follow.account.attempts;
  }
  lines(given: readonly LogLine[], attempt = this.attempt) {
    this.hear({ type: 'log_received', at: this.at, attempt, bytes: 100, lines: given });
  }
  end(how: LogEnd, over: Partial<Extract<LogObservation, { type: 'log_ended' }>> = {}) {
    this.hear({
      type: 'log_ended',
      at: this.at,
      attempt: this.attempt,
      how,
      partial: undefined,
      fault: undefined,
      ...over,
    });
  }
  wait(ms: number) {
    this.at += ms;
    this.drive();
  }
  exit() {
    this.view = { ...this.view, endSeenAt: this.at };
    this.drive();
  }
  opened() {
    return this.effects.filter((effect) => effect.do === 'open_log');
  }
  delivered() {
    return this.effects.flatMap((effect) => (effect.do === 'deliver' ? effect.chunks : [])).join('');
  }
}

export function log(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from }, (_, i) => ({
    stamp: `${new Date(Date.UTC(2026, 0, 1) + (from + i) * 250).toISOString().slice(0, -1)}000000Z`,
    text: `line ${from + i}`,
  }));
}
export function text(from: number, to: number): string {
  return log(from, to)
    .map((line) => `${line.text}\n`)
    .join('');
}
export const fault = (kind: 'server_error' | 'unreachable' | 'not_found') =>
  ({ kind, call: 'get pods/log', status: 500, reason: undefined, message: 'no log', retryAfterMs: undefined }) as const;
