import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildChanges } from '../../../dashboards/boards/common.ts';
import { boardUids } from '../../../dashboards/places.ts';
import { alerts } from '../../../dashboards/rules/alerts/alerts.ts';
import { attributes } from '../../../src/telemetry/attributes.ts';
import { type MetricEntry, metrics } from '../../../src/telemetry/catalogue.ts';
import { read } from '../../dashboards/promql-tree.ts';
import { entryOf } from '../../rules/by-catalogue.ts';
import {
  answers,
  emptyQueries,
  interpolated,
  isOfPrometheus,
  type Look,
  type ShownPanel,
  shownBoards,
} from './boards.ts';
import { drawBoard } from './draw.ts';
import { rows, whenStopped } from './incidents.ts';
import { rises, type Still, stillOf } from './rise.ts';
import { scaledSeconds } from './scaled-rules.ts';
import { close, happen, happenAll, open, type Stand, scraped } from './stand.ts';
import { until } from './until.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await open();
});
afterAll(async () => {
  await close(stand);
});

const now = () => Date.now() / 1000;
const entries: readonly MetricEntry[] = Object.values(metrics);
const alertOf = (name: string) => {
  const alert = alerts.find((one) => one.name === name);
  if (alert === undefined) throw new Error(`no alert ${name}`);
  return alert;
};
const firing = async () => new Set((await stand.prometheus.firing()).map(({ labels }) => labels.alertname ?? ''));
/** Beside its `for`: two scrapes, two evaluations, and the reading of bundles. */
const slack = 10;

async function fires(name: string): Promise<void> {
  const within = scaledSeconds(alertOf(name).for) + slack;
  await until(`${name} fires`, within, async () => ((await firing()).has(name) ? true : undefined));
}

function panelOf(name: string): ShownPanel {
  const { board, panel: title } = alertOf(name);
  const panel = shownBoards.find(({ uid }) => uid === boardUids[board])?.panels.find((one) => one.title === title);
  if (panel === undefined) throw new Error(`no panel "${title}" on board ${board}`);
  return panel;
}

/** The panel that the alert points at shows more than before, and of what the alert is about. */
async function shows(name: string, before: Still): Promise<void> {
  const panel = panelOf(name);
  const about = (await stand.prometheus.firing()).filter(({ labels }) => labels.alertname === name);
  // The alert may be ahead of the second that the graph ends with.
  await until(`${name} shows in panel "${panel.title}"`, 5, async () => {
    const found = await Promise.all(about.map(({ labels }) => rises(stand, panel, before, labels)));
    return found.includes(true) ? true : undefined;
  });
}

const nothing: Still = { at: 0, values: new Map() };

describe('an incident makes its alert fire, and shows on the panel that the alert points at', () => {
  test.each(rows.map((row) => ({ ...row, title: row.alerts.join(' and '), by: wordsOf(row) })))(
    '$title, by $by',
    async (row) => {
      const before = await firing();
      expect(row.alerts.filter((name) => before.has(name))).toEqual([]);
      await scraped(stand.prometheus);
      const still = await Promise.all(row.alerts.map((name) => stillOf(stand, panelOf(name))));
      await happen(stand, row);
      for (const name of row.alerts) await fires(name);
      for (const [index, name] of row.alerts.entries()) await shows(name, still[index] ?? nothing);
    },
  );
  test('no such panel shows more while nothing happens', async () => {
    await scraped(stand.prometheus);
    const all = alerts.map(({ name }) => panelOf(name));
    const still = await Promise.all(all.map((panel) => stillOf(stand, panel)));
    for (let scrapes = 0; scrapes < 3; scrapes++) await scraped(stand.prometheus);
    const risen = await Promise.all(all.map((panel, index) => rises(stand, panel, still[index] ?? nothing)));
    expect(all.filter((_, index) => risen[index]).map(({ title }) => title)).toEqual([]);
  });
  test('there is a row for every alert', () => {
    const shown = [...rows.flatMap((row) => row.alerts), ...whenStopped];
    expect([...shown].sort()).toEqual(alerts.map(({ name }) => name).sort());
  });
  test('what fires is filled in: no template and no empty place is left', async () => {
    for (const { labels, annotations } of await stand.prometheus.firing()) {
      expect(annotations.summary, labels.alertname).toMatch(/ in namespace agents of cluster main\.$/);
      expect(Object.values(annotations).join('\n'), labels.alertname).not.toMatch(/\{\{|%!|<no value>|NaN/);
      expect(annotations.dashboard).toContain('var-cluster=main&var-namespace=agents');
    }
  });
});

describe('with every recorded incident replayed', () => {
  let look: Look;
  beforeAll(async () => {
    await happen(stand, { plays: { 'success/short': 2 }, host: 'recordsAll' });
    expect(await happenAll(stand)).toBeGreaterThan(90);
    await scraped(stand.prometheus);
    look = { start: stand.startedAt, end: now(), step: 1 };
  });

  const panels = shownBoards.flatMap(({ uid, panels: of }) => of.map((panel) => ({ uid, panel, title: panel.title })));
  const asked = panels.filter(({ panel }) => panel.targets.every(isOfPrometheus));

  test.each(asked)('$uid: $title has data for each query', async ({ panel }) => {
    expect(panel.targets.length).toBeGreaterThan(0);
    expect(await emptyQueries(stand.prometheus, panel, look)).toEqual([]);
  });

  test.each([
    ['a value that no series has', 'sum(increase(claude_k8s_runs_finished_total{outcome="planted"}[$__range]))'],
    ['a metric that there is not', 'sum(rate(claude_k8s_planted_total[$__rate_interval]))'],
    ['labels that do not match', 'claude_k8s_runs_active and on (code) claude_k8s_errors_total{code="cancelled"}'],
    ['no number', '0 * sum(claude_k8s_runs_active) / 0'],
  ])('a panel that was planted is found dead: %s', async (_, expr) => {
    const [{ panel }] = asked as [(typeof asked)[number]];
    const planted: ShownPanel = { ...panel, targets: panel.targets.map((target) => ({ ...target, expr })) };
    expect(await emptyQueries(stand.prometheus, planted, look)).toEqual([interpolated(expr, look)]);
    const beside: ShownPanel = { ...panel, targets: [...panel.targets, ...planted.targets] };
    expect(await emptyQueries(stand.prometheus, beside, look)).toEqual([interpolated(expr, look)]);
  });

  test('a panel whose query Prometheus refuses is named with what it says', async () => {
    const [{ panel }] = asked as [(typeof asked)[number]];
    const planted = { ...panel, targets: panel.targets.map((target) => ({ ...target, expr: 'sum(planted' })) };
    await expect(emptyQueries(stand.prometheus, planted, look)).rejects.toThrow(/sum\(planted.*parse error/);
  });

  test('panels that do not ask Prometheus are those of logs and traces, and name attributes that there are', () => {
    const others = panels.filter(({ panel }) => !panel.targets.every(isOfPrometheus));
    const boardsOfThem = new Set(others.map(({ uid }) => uid));
    expect([...boardsOfThem].sort()).toEqual([boardUids.run, boardUids.telemetry]);
    const known = new Set(Object.keys(attributes).flatMap((name) => [name, name.replaceAll('.', '_')]));
    for (const { panel, title } of others) {
      for (const { expr, query, datasource } of panel.targets) {
        expect(['loki', 'tempo'], title).toContain(datasource.type);
        const fields =
          `${expr ?? ''} ${query ?? ''}`.match(/(?<=\.)(claude_k8s|k8s)_\w+|\b(claude_k8s|k8s)_\w+(?=\s*[=!])/g) ?? [];
        expect(
          fields.filter((name) => !known.has(name) && name !== 'k8s_cluster_name'),
          title,
        ).toEqual([]);
      }
    }
  });

  test('the lines of builds on every board can be asked for', async () => {
    expect(await stand.prometheus.range(interpolated(buildChanges.expr, look), look.start, look.end, 1)).not.toEqual(
      [],
    );
  });

  test('every rule is evaluated without an error', async () => {
    type Groups = {
      groups: readonly { name: string; rules: readonly { name: string; health: string; lastError?: string }[] }[];
    };
    const { groups } = await stand.prometheus.ask<Groups>('rules');
    const all = groups.flatMap(({ rules }) => rules);
    expect(all.length).toBeGreaterThan(alerts.length);
    expect(all.filter(({ health }) => health !== 'ok')).toEqual([]);
  });

  /** Metrics that no panel shows, each with the reason. */
  const withoutPanel: Readonly<Record<string, string>> = {};

  test('every metric is scraped, moves, and is on a panel', async () => {
    const expressions = asked.flatMap(({ panel }) => panel.targets.map(({ expr }) => expr ?? ''));
    const shown = new Set(
      expressions.flatMap((expr) => read(expr).selectors.map(({ metric }) => entryOf(metric)?.name)),
    );
    for (const { name, kind } of entries) {
      const series = kind === 'histogram' ? `${name}_count` : name;
      const [highest] = await stand.prometheus.once(`max(max_over_time(${series}[1h]))`, look.end);
      expect(highest, `${name} is scraped`).toBeDefined();
      expect(Number(highest?.values[0]?.[1]), `${name} moves`).toBeGreaterThan(0);
      if (withoutPanel[name] === undefined) expect(shown, `${name} is on a panel`).toContain(name);
    }
    const names = await stand.prometheus.ask<readonly string[]>('label/__name__/values');
    expect(names.filter((name) => name.startsWith('claude_k8s_') && entryOf(name) === undefined)).toEqual([]);
  });

  test('all series of the process are below their bound', async () => {
    const [count] = await stand.prometheus.once('count({__name__=~"claude_k8s_.+", job="claude-k8s"})', look.end);
    expect(Number(count?.values[0]?.[1])).toBeLessThan(2_000);
  });

  test('the exemplar of a verdict leads to the trace that the replay printed', async () => {
    const found = await stand.prometheus.exemplars(
      'claude_k8s_errors_total{code="k8s_job_deleted_externally"}',
      look.start,
      look.end,
    );
    const ids = found.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels.trace_id ?? ''));
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) {
      expect(stand.traces.get(id)).toMatchObject({ code: 'k8s_job_deleted_externally' });
      expect(stand.traces.get(id)?.spans).toBeGreaterThan(5);
    }
  });

  test('every exemplar that a panel asks for leads to a trace that was printed', async () => {
    const ids = new Set<string>();
    for (const target of asked.flatMap(({ panel }) => panel.targets.filter(({ exemplar }) => exemplar))) {
      const found = await stand.prometheus.exemplars(interpolated(target.expr ?? '', look), look.start, look.end);
      expect(found, target.expr).toBeDefined();
      for (const { exemplars } of found) for (const { labels } of exemplars) ids.add(labels.trace_id ?? '');
    }
    expect(ids.size).toBeGreaterThan(50);
    expect([...ids].filter((id) => !stand.traces.has(id))).toEqual([]);
  });

  test.each(shownBoards.filter(({ panels: of }) => of.some(({ targets }) => targets.every(isOfPrometheus))))(
    'a picture of $uid is drawn of what Prometheus answers',
    async (board) => {
      const svg = await drawBoard(board, (target) => answers(stand.prometheus, target, look));
      expect(svg).toMatch(/^<svg /);
      expect(svg).not.toMatch(/NaN|undefined/);
      expect(svg.length).toBeLessThan(150_000);
      const { CLAUDE_K8S_PICTURES: folder } = process.env;
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${board.uid}.svg`), svg);
    },
  );
});

describe('a process that is gone', () => {
  test.each(whenStopped)('%s', async (name) => {
    expect(name === 'ClaudeK8sDown' ? (await firing()).has(name) : false).toBe(false);
    await stand.adapter.stop();
    await fires(name);
    expect(await stand.prometheus.once('claude_k8s_build_info', now())).toEqual([]);
  });
});

function wordsOf({ plays, twist, until: held, brokenTracer, host }: (typeof rows)[number]): string {
  const played = Object.entries(plays).map(([incident, times]) => `${times} x ${incident}`);
  const also = [twist, held && `held at ${held.told}`, brokenTracer && 'broken tracer', host];
  return [...played, ...also.filter((word) => word !== undefined)].join(', ');
}
