import type { Happening, History, Outage, StreamCut } from '../history/history.ts';

/** One thing that goes wrong on top of what was recorded. Times are of the recording, ms since the epoch. */
export type Perturbation =
  | { is: 'cut'; at: number; stream: StreamCut['stream']; how: 'clean' | 'reset' | 'fin'; fragment?: string }
  /** The stream stays open and brings nothing more. */
  | { is: 'withheld'; at: number; stream: StreamCut['stream'] }
  | { is: 'expired'; at: number; stream: 'jobs' | 'pods' }
  /** What the cluster shows of its objects is late by `ms`, from `from` on; the log is not. */
  | { is: 'late_state'; from: number; ms: number }
  /** Each event of a watch comes twice. */
  | { is: 'repeated' }
  | { is: 'storm'; from: number; to: number; status: 429 | 500 | 503; retryAfter?: string; call?: string }
  | { is: 'away'; from: number; to: number; how: 'reset' | 'hang' }
  | { is: 'skew'; ms: number }
  | { is: 'slow'; ms: number }
  /** The host process is gone at once, and another one comes back to the Job. */
  | { is: 'crash'; at: number };

/** The history as it would have been. Crashes are the process's, not the cluster's: see `play`. */
export function perturbed(history: History, perturbations: readonly Perturbation[]): History {
  return perturbations.reduce(one, history);
}

function one(history: History, change: Perturbation): History {
  switch (change.is) {
    case 'cut': {
      const { at, stream, how, fragment } = change;
      return { ...history, cuts: inOrder([...history.cuts, { at, stream, how, ...(fragment && { fragment }) }]) };
    }
    case 'withheld':
      return { ...history, cuts: inOrder([...history.cuts, { at: change.at, stream: change.stream, how: 'stall' }]) };
    case 'expired': {
      const cut: StreamCut = { at: change.at, stream: change.stream, how: 'clean', expired: true };
      return { ...history, cuts: inOrder([...history.cuts, cut]) };
    }
    case 'late_state':
      return late(history, change.from, change.ms);
    case 'repeated':
      return { ...history, happenings: history.happenings.flatMap(twice) };
    case 'storm': {
      const { from, to, status, retryAfter, call } = change;
      return failing(history, { from, to, call, fault: { is: 'answer', status, ...(retryAfter && { retryAfter }) } });
    }
    case 'away':
      return failing(history, { from: change.from, to: change.to, call: undefined, fault: { is: change.how } });
    case 'skew':
      return { ...history, skewMs: history.skewMs + change.ms };
    case 'slow': {
      const slower = [...history.latencies].map(([call, all]) => [call, all.map((ms) => ms + change.ms)] as const);
      return { ...history, latencies: new Map(slower) };
    }
    case 'crash':
      return history;
  }
}

function failing(history: History, outage: Outage): History {
  const cuts: StreamCut[] =
    outage.call === undefined && outage.fault.is !== 'answer'
      ? (['jobs', 'pods', 'pods/log'] as const).map((stream) => ({
          at: outage.from,
          stream,
          how: outage.fault.is === 'reset' ? ('reset' as const) : ('stall' as const),
        }))
      : [];
  return { ...history, outages: [outage, ...history.outages], cuts: inOrder([...history.cuts, ...cuts]) };
}

/** Its own clock goes on: what an object says of its times stays. */
function late(history: History, from: number, ms: number): History {
  const moved = history.happenings.map((one) =>
    one.at < from || one.at < history.startedAt ? one : { ...one, at: one.at + ms },
  );
  return { ...history, happenings: moved };
}

function twice(happening: Happening): Happening[] {
  return happening.change.is === 'patched' ? [happening, { ...happening, change: { is: 'touched' } }] : [happening];
}

function inOrder<T extends { at: number }>(all: T[]): T[] {
  return all.sort((left, right) => left.at - right.at);
}
