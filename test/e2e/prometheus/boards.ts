import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Prometheus, Sample } from './server.ts';

export interface Target {
  expr?: string;
  query?: string;
  legendFormat?: string;
  instant?: boolean;
  exemplar?: boolean;
  datasource: { type: string };
}

export interface ShownPanel {
  title: string;
  type: string;
  description: string;
  targets: readonly Target[];
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: {
    defaults: { unit?: string; thresholds?: { steps: readonly { value: number | null; color: string }[] } };
  };
}

export interface ShownBoard {
  uid: string;
  title: string;
  panels: readonly ShownPanel[];
}

const folder = join(import.meta.dirname, '../../../dashboards/grafana');

/** The boards as they are shipped, without their row headings. */
export const shownBoards: readonly ShownBoard[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name): ShownBoard => JSON.parse(readFileSync(join(folder, name), 'utf8')))
  .map((board) => ({ ...board, panels: board.panels.filter(({ type }) => type !== 'row') }));

/** What somebody looks at, in seconds since the epoch. */
export interface Look {
  start: number;
  end: number;
  step: number;
}

/** Whatever is scraped here, every second. */
const scrapeSeconds = 1;

/** The expression after Grafana has put its values in: "All" of both variables, and intervals as its data source computes them. */
export function interpolated(expr: string, { start, end, step }: Look): string {
  const rate = Math.max(step + scrapeSeconds, 4 * scrapeSeconds);
  return expr
    .replaceAll('$__rate_interval', `${rate}s`)
    .replaceAll('$__range', `${Math.ceil(end - start)}s`)
    .replaceAll('$__interval', `${step}s`)
    .replaceAll('$namespace', '.*')
    .replaceAll('$cluster', '.*');
}

/** What Prometheus answers to one query of a panel; values that are no numbers are not drawn by Grafana either. */
export async function answers(prometheus: Prometheus, target: Target, look: Look): Promise<readonly Sample[]> {
  const expr = interpolated(target.expr ?? '', look);
  if (expr.includes('$')) throw new Error(`what Grafana puts in is not known: ${expr}`);
  const samples = target.instant
    ? await prometheus.once(expr, look.end)
    : await prometheus.range(expr, look.start, look.end, look.step);
  return samples
    .map(({ metric, values }) => ({ metric, values: values.filter(([, value]) => Number.isFinite(Number(value))) }))
    .filter(({ values }) => values.length > 0);
}

/** Queries of a panel that Prometheus has no number for: what a reader sees as "No data". @throws Error for one that it refuses */
export async function emptyQueries(prometheus: Prometheus, { targets }: ShownPanel, look: Look) {
  const empty: string[] = [];
  for (const target of targets) {
    if ((await answers(prometheus, target, look)).length === 0) empty.push(interpolated(target.expr ?? '', look));
  }
  return empty;
}

export function isOfPrometheus({ datasource }: Target): boolean {
  return datasource.type === 'prometheus';
}
