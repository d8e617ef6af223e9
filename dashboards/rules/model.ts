import type { FailureCode } from '../../src/failure/table.ts';
import type { BoardKey } from '../places.ts';

/** `critical` wakes somebody up, `warning` is for the working day, `info` is for whoever looks after the adapter itself. */
export type Severity = 'critical' | 'warning' | 'info';

export interface Recording {
  record: string;
  expr: string;
}

export interface Alert {
  name: `ClaudeK8s${string}`;
  expr: string;
  /** How long it must hold; it is left out where one look is enough. */
  for?: `${number}m`;
  severity: Severity;
  /** Without its end: the place and a full stop follow. */
  summary: string;
  /** How much, what it means, and what nobody knows; templates of Prometheus are made by `templates.ts`. */
  description: string;
  /** Where it is seen: the title of a panel of this board. */
  board: BoardKey;
  panel: string;
  runbook: Guide;
  proof: Proof;
}

/** What the runbook says beside what it takes from the alert itself. */
export interface Guide {
  /** When it fires, in words, with its guard against a few runs at night. */
  fires: string;
  look: readonly string[];
  run: readonly string[];
  isNot: readonly string[];
  /** Verdicts that it is about: their sections say more. */
  codes?: readonly FailureCode[];
}

/** The incident that must make it fire, and the traffic that must not. */
export type Proof = Steps | Written;

/** Series that stand at 0 and then step up, each by so much. */
export interface Steps {
  incident: readonly Move[];
  quiet: readonly Move[];
  /** Labels of the alert beside severity and the target's. */
  labels?: Readonly<Record<string, string>>;
  /** The number in its description, as it is printed. */
  says: string;
  /** Minutes after which the step has left every window of the expression. */
  window: number;
  /** A gauge falls back by itself. */
  gauge?: true;
}

export interface Move {
  series: string;
  by: number;
}

/** For what no step shows: the series in promtool's own notation, one sample a minute. */
export interface Written {
  cases: Readonly<Record<CaseName, { series: readonly SampledSeries[]; at: number; fires: boolean }>>;
  labels?: Readonly<Record<string, string>>;
  /** It needs a day of samples: in its unit tests rules are evaluated once in a quarter of an hour. */
  ofDays?: true;
  /** It has no labels of a target: it is about what is not there. */
  placeless?: true;
  says: string;
}

export interface SampledSeries {
  series: string;
  values: string;
}

export const caseNames = ['positive', 'quiet', 'newborn', 'recovered'] as const;
export type CaseName = (typeof caseNames)[number];
