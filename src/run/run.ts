import type { Transcript } from '../claude/transcript.ts';
import type { Effect } from './effect.ts';
import type { Stop } from './evidence.ts';
import type { Facts } from './facts.ts';
import type { Follow, LogView } from './follow.ts';
import { limit } from './limits.ts';
import type { AbsenceRoute } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { newPatience, type Patience } from './patience.ts';
import type { RunRequest } from './request.ts';
import type { EventSnapshot } from './snapshot.ts';
import type { LookupState, PhaseName, Transition } from './transition.ts';

/** A request that is asked again until it is answered. */
export interface Asking {
  tries: number;
  /** When to ask (again); undefined while an answer is awaited. */
  dueAt: number | undefined;
}

/** Before a start is given up the cluster is asked once more: a watch may have missed it. */
export type Look =
  | { is: 'not_yet' }
  /** The pods are asked for, and the events beside them. */
  | { is: 'asking'; asking: Asking; events: 'asked' | 'told' }
  /** The pods are told, the events not yet. */
  | { is: 'events' }
  | { is: 'taken' };

export type Phase =
  | { name: 'schedule'; patience: Patience; told: string | undefined; events: Asking; look: Look }
  | { name: 'stream' }
  /** The output ended and the container's end is not known. `left` is what remains of the bound, spent only while not paused. */
  | { name: 'grace'; left: number; countedAt: number; paused: boolean }
  | { name: 'verify'; route: AbsenceRoute; since: number; asking: Asking }
  | { name: 'pod_lookup'; asking: Asking }
  | { name: 'cancel'; step: 'mark' | 'delete' | 'wait'; asking: Asking; told: boolean }
  | { name: 'cleanup'; step: 'mark' | 'delete' | 'reread'; asking: Asking; outcome: Outcome }
  | { name: 'ended' };

/** A run that holds a Job. */
export interface Held {
  request: RunRequest;
  startedAt: number;
  /** By our clock: since when the time limit counts; undefined while a queue holds the Job. */
  timedFrom: number | undefined;
  patchAllowed: boolean;
  /** The Job was begun by an earlier run. */
  adopted: boolean;
  promptDelivered: boolean;
  phase: Phase;
  facts: Facts;
  events: readonly EventSnapshot[];
  follow: Follow;
  transcript: Transcript;
  /** The first reason why we stopped it ourselves wins and stays. */
  stop: Stop | undefined;
  /** The API has accepted our own deletion of the Job. */
  deletedAt: number | undefined;
  lookup: LookupState | undefined;
  vigil: { renewAt: number; keepAliveAt: number; silenceAt: number; apiReportAt: number; nodeAt: number };
  notes: readonly string[];
}

/** One decision in the making. */
export interface Draft {
  run: Held;
  at: number;
  effects: Effect[];
  transitions: Transition[];
}

export function change(draft: Draft, over: Partial<Held>): void {
  draft.run = { ...draft.run, ...over };
}

export function enter(draft: Draft, phase: Phase, why: string, error?: string): void {
  const from = draft.run.phase.name;
  if (from !== phase.name) {
    draft.transitions.push({ type: 'phase_left', at: draft.at, phase: from, why, error });
    draft.transitions.push({ type: 'phase_entered', at: draft.at, phase: phaseName(phase), why });
  }
  change(draft, { phase });
}

function phaseName(phase: Phase): PhaseName {
  return phase.name;
}

/** Waiting for the container to start; the events are asked for when they have had time to appear. */
export function newSchedule(scheduleTimeoutSec: number, at: number): Phase {
  const patience = newPatience(scheduleTimeoutSec, at);
  const events = { tries: 0, dueAt: at + limit.eventsAfterCreate };
  return { name: 'schedule', patience, told: undefined, events, look: { is: 'not_yet' } };
}

export const askNow = (at: number): Asking => ({ tries: 0, dueAt: at });
export const awaiting = (asking: Asking): Asking => ({ tries: asking.tries + 1, dueAt: undefined });
export const isDue = (asking: Asking, at: number): boolean => asking.dueAt !== undefined && asking.dueAt <= at;

export function logView(facts: Facts): LogView {
  return {
    pod: facts.pod?.name,
    readable: facts.agentStarted || facts.end !== undefined,
    endSeenAt: facts.endSeenAt,
    podGone: facts.podGone !== undefined,
  };
}
