import type { BoardKey } from '../places.ts';

/** A board before it takes one of Grafana's two forms. */
export interface Board {
  key: BoardKey;
  title: string;
  description: string;
  rows: readonly Row[];
  /** Reads logs too, of processes or of runs: it has the variables that choose among them. */
  logs?: 'processes' | 'runs';
}

export interface Row {
  title: string;
  panels: readonly Panel[];
}

export interface Panel {
  title: string;
  /** What it shows, and what to make of it. */
  description: string;
  look: Look;
  queries: readonly Query[];
  /** In columns of 24, and in grid rows. */
  width: number;
  height: number;
  unit?: string;
  decimals?: number;
  max?: number;
  /** From which value on a colour holds; the first holds from the bottom. */
  steps?: readonly Step[];
  /** Words for values. */
  words?: Readonly<Record<string, { text: string; color: string }>>;
  /** Beside the title. */
  links?: readonly Link[];
  /** On what is drawn: their URLs can name what stands there. */
  seriesLinks?: readonly Link[];
  /** What a column of a table is called, and where its cells lead; a column that is not here is as it came. */
  columns?: Readonly<Record<string, Column>>;
  stacked?: boolean;
}

export type Look = 'timeseries' | 'stat' | 'table' | 'bargauge' | 'state-timeline' | 'logs' | 'traces';

export interface Step {
  from: number | null;
  color: 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';
}

export interface Link {
  title: string;
  url: string;
}

export interface Column {
  name?: string;
  link?: Link;
}

export type Query =
  | { store: 'prometheus'; expr: string; legend: string; instant: boolean; exemplars: boolean }
  | { store: 'loki'; expr: string; legend: string; instant: boolean }
  | { store: 'tempo'; query: string };
