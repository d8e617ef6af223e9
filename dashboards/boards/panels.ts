import type { FailureCode } from '../../src/failure/table.ts';
import { type BoardKey, boardUids, runbookAt } from '../places.ts';
import type { Link, Panel, Query, Step } from './model.ts';
import { hasExemplars } from './promql.ts';
import { kept } from './variables.ts';

/** What a maker of panels sets by itself. */
type Given = Omit<Panel, 'look' | 'width' | 'height'> & Partial<Pick<Panel, 'width' | 'height'>>;

export const graph = (panel: Given): Panel => ({ look: 'timeseries', width: 12, height: 8, ...panel });
export const stat = (panel: Given): Panel => ({ look: 'stat', width: 4, height: 4, decimals: 0, ...panel });
export const table = (panel: Given): Panel => ({ look: 'table', width: 12, height: 9, decimals: 0, ...panel });
export const bars = (panel: Given): Panel => ({ look: 'bargauge', width: 12, height: 8, decimals: 0, ...panel });
export const states = (panel: Given): Panel => ({ look: 'state-timeline', width: 12, height: 8, ...panel });
export const lines = (panel: Given): Panel => ({ look: 'logs', width: 24, height: 12, ...panel });
export const trace = (panel: Given): Panel => ({ look: 'traces', width: 24, height: 16, ...panel });

/** Over time; the legend names labels as `{{label}}`. Exemplars are asked for where the metric has them. */
export function range(expr: string, legend = ''): Query {
  return { store: 'prometheus', expr, legend, instant: false, exemplars: hasExemplars(expr) };
}

/** One value, or one for each row. */
export function once(expr: string, legend = ''): Query {
  return { store: 'prometheus', expr, legend, instant: true, exemplars: false };
}

export function logRange(expr: string, legend = ''): Query {
  return { store: 'loki', expr, legend, instant: false };
}

export function logOnce(expr: string, legend = ''): Query {
  return { store: 'loki', expr, legend, instant: true };
}

export function traces(query: string): Query {
  return { store: 'tempo', query };
}

/** Green up to a value that should not be. */
export function bad(from: number, color: 'yellow' | 'orange' | 'red' = 'red'): readonly Step[] {
  return [
    { from: null, color: 'green' },
    { from, color },
  ];
}

export function worse(yellow: number, red: number): readonly Step[] {
  return [
    { from: null, color: 'green' },
    { from: yellow, color: 'yellow' },
    { from: red, color: 'red' },
  ];
}

/** Red below, green above. */
export function atLeast(yellow: number, green: number): readonly Step[] {
  return [
    { from: null, color: 'red' },
    { from: yellow, color: 'yellow' },
    { from: green, color: 'green' },
  ];
}

/** No value of it is good or bad. */
export const plain: readonly Step[] = [{ from: null, color: 'blue' }];

/** Another board, with the same time, data sources and namespaces, and some variables of its own set. */
export function toBoard(key: BoardKey, title: string, set: Readonly<Record<string, string>> = {}): Link {
  const same = kept.map((name) => `\${${name}:queryparam}`);
  const own = Object.entries(set).map(([name, value]) => `var-${name}=${value}`);
  return { title, url: `/d/${boardUids[key]}?${[`\${__url_time_range}`, ...same, ...own].join('&')}` };
}

/** What the runbook says of an error code. */
export function toRunbook(code: FailureCode): Link {
  return { title: `Runbook: ${code}`, url: runbookAt(code) };
}

/** From a series, or a row of a table, to what the runbook says of the code that it is of. */
export const seriesToRunbook: Link = { title: 'Runbook', url: runbookAt(`\${__field.labels.code}`) };
export const rowToRunbook: Link = { title: 'Runbook', url: runbookAt(`\${__data.fields.code}`) };
