import type { Transition } from '../../run/transition.ts';
import { Rate } from './rate.ts';

export interface PhaseSpan {
  phase: string;
  from: number;
  /** undefined: to the end of the recording. */
  to: number | undefined;
  why: string;
  left: string;
  error: string | undefined;
}

export interface Attempt {
  attempt: number;
  follow: boolean;
  since: string | undefined;
  from: number;
  to: number | undefined;
  how: string | undefined;
  error: string | undefined;
  lines: number;
  bytes: number;
  duplicates: number;
}

export interface Gap {
  t: number;
  why: string;
  after: string | undefined;
  before: string | undefined;
}

export interface Reconnect {
  from: number;
  to: number | undefined;
  reason: string;
}

const spansMax = 5000;

/** How the run went by its own decisions: phases, stream attempts, reconnects, output, gaps, silence. */
export class Course {
  readonly phases: PhaseSpan[] = [];
  readonly attempts: Attempt[] = [];
  readonly reconnects: Reconnect[] = [];
  readonly gaps: Gap[] = [];
  readonly rate = new Rate();
  retries = 0;
  more = 0;

  add(t: number, transition: Transition): void {
    switch (transition.type) {
      case 'phase_entered':
        return this.keep(this.phases, {
          ...{ phase: transition.phase, from: t, to: undefined, why: transition.why, left: '', error: undefined },
        });
      case 'phase_left':
        return this.left(t, transition);
      case 'attempt_started':
        return this.keep(this.attempts, {
          ...{ attempt: transition.attempt, follow: transition.follow, since: transition.since, from: t },
          ...{ to: undefined, how: undefined, error: undefined, lines: 0, bytes: 0, duplicates: 0 },
        });
      case 'attempt_ended':
        return this.ended(t, transition);
      case 'reconnect_started':
        return this.keep(this.reconnects, { from: t, to: undefined, reason: transition.reason });
      case 'reconnect_ended':
        return close(this.reconnects.at(-1), t);
      case 'output':
        return this.rate.add(t, transition.lines, transition.bytes);
      case 'gap':
        return this.keep(this.gaps, { t, why: transition.why, after: transition.after, before: transition.before });
      case 'request_retried':
        this.retries++;
        return;
      default:
        return;
    }
  }

  private keep<T>(list: T[], one: T): void {
    if (list.length < spansMax) list.push(one);
    else this.more++;
  }

  private left(t: number, { phase, why, error }: Extract<Transition, { type: 'phase_left' }>): void {
    const span = this.phases.findLast((one) => one.phase === phase && one.to === undefined);
    if (span !== undefined) Object.assign(span, { to: t, left: why, error });
  }

  private ended(t: number, transition: Extract<Transition, { type: 'attempt_ended' }>): void {
    const { attempt, how, error, lines, bytes, duplicates } = transition;
    const open = this.attempts.findLast((one) => one.attempt === attempt && one.to === undefined);
    if (open !== undefined) Object.assign(open, { to: t, how, error, lines, bytes, duplicates });
  }
}

function close(reconnect: Reconnect | undefined, t: number): void {
  if (reconnect !== undefined && reconnect.to === undefined) reconnect.to = t;
}
