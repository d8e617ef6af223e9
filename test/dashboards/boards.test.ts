import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boards } from '../../dashboards/boards/boards.ts';
import { classic } from '../../dashboards/boards/classic.ts';
import { layOut, type Place } from '../../dashboards/boards/layout.ts';
import { lokiLabels } from '../../dashboards/boards/logql.ts';
import type { Board, Panel } from '../../dashboards/boards/model.ts';
import { manifest } from '../../dashboards/boards/v2.ts';
import { variablesOf } from '../../dashboards/boards/variables.ts';
import { boardUids } from '../../dashboards/places.ts';
import { runbookUrl } from '../../src/cli/runbook-address.ts';
import { failureCodes } from '../../src/failure/table.ts';
import { attributes } from '../../src/telemetry/attributes.ts';
import { spans } from '../../src/telemetry/catalogue.ts';
import { logEvents, processLogEvents } from '../../src/telemetry/log-catalogue.ts';
import { anchorsOf } from '../rules/anchors.ts';

const panelsOf = ({ rows }: Board): readonly Panel[] => rows.flatMap(({ panels }) => panels);
const panels = boards.flatMap((board) =>
  panelsOf(board).map((panel) => ({ board, panel, at: `${board.key}: ${panel.title}` })),
);

test.each(panels)('$at has a title, a description and a unit', ({ panel }) => {
  expect(panel.title).toMatch(/^[A-Z]/);
  expect(panel.description).toMatch(/^[\s\S]{15,}\.$/);
  if (panel.look !== 'logs' && panel.look !== 'traces') expect(panel.unit).toMatch(/\S/);
  expect(panel.queries).not.toEqual([]);
});

test('titles of a board are unique: an alert names its panel by nothing else', () => {
  for (const board of boards) {
    const titles = panelsOf(board).map(({ title }) => title);
    expect(new Set(titles).size, board.key).toBe(titles.length);
  }
});

test('a board has a uid of its own, which never changes', () => {
  expect(boards.map(({ key }) => classic({ ...blank, key }).uid)).toEqual([
    'claude-k8s-overview',
    'claude-k8s-truncation',
    'claude-k8s-streams',
    'claude-k8s-scheduling',
    'claude-k8s-api',
    'claude-k8s-run',
    'claude-k8s-telemetry',
  ]);
});

const blank = { title: '', description: '', rows: [] } as const;

test('no panel lies over another one or over the edge', () => {
  for (const board of boards) {
    const placed = (classic(board).panels ?? []).flatMap(({ gridPos }): Place[] => (gridPos ? [gridPos] : []));
    expect(placed.length).toBe(board.rows.length + panelsOf(board).length);
    expect(overlaps(placed), board.key).toEqual([]);
  }
});

test('overlaps and edges are seen', () => {
  expect(
    overlaps([
      { x: 0, y: 0, w: 12, h: 8 },
      { x: 11, y: 7, w: 4, h: 4 },
    ]),
  ).toHaveLength(1);
  expect(overlaps([{ x: 20, y: 0, w: 5, h: 1 }])).toHaveLength(1);
});

function overlaps(places: readonly Place[]): string[] {
  const bad = places
    .filter(({ x, w }) => x < 0 || x + w > 24)
    .map((place) => `over the edge: ${JSON.stringify(place)}`);
  places.forEach((one, index) => {
    for (const two of places.slice(index + 1)) {
      const apart =
        one.x + one.w <= two.x || two.x + two.w <= one.x || one.y + one.h <= two.y || two.y + two.h <= one.y;
      if (!apart) bad.push(`${JSON.stringify(one)} and ${JSON.stringify(two)}`);
    }
  });
  return bad;
}

test('both forms have the same panels, queries and variables', () => {
  for (const board of boards) {
    const old = classic(board);
    const spec = JSON.parse(JSON.stringify(manifest(board))).spec;
    const shown = (old.panels ?? []).filter(({ type }) => type !== 'row');
    const queries = (targets: unknown) =>
      JSON.parse(JSON.stringify(targets)).map(
        ({ refId: _ref, datasource: _source, ...rest }: Record<string, unknown>) => rest,
      );
    expect(
      Object.values<{ spec: V2Panel }>(spec.elements).map(({ spec: v2 }) => ({
        id: v2.id,
        title: v2.title,
        type: v2.vizConfig.group,
        targets: v2.data.spec.queries.map(({ spec: { query } }) => query.spec),
      })),
      board.key,
    ).toEqual(
      shown.map((panel) => ({
        id: panel.id,
        title: panel.title,
        type: panel.type,
        targets: queries('targets' in panel ? panel.targets : []),
      })),
    );
    expect(old.schemaVersion).toBe(42);
    expect(spec.variables.map((variable: { spec: { name: string } }) => variable.spec.name)).toEqual(
      old.templating.list?.map(({ name }) => name),
    );
  }
});

interface V2Panel {
  id: number;
  title: string;
  vizConfig: { group: string };
  data: { spec: { queries: readonly { spec: { query: { spec: unknown } } }[] } };
}

test('every row of the newer form shows panels that are there, each once', () => {
  for (const board of boards) {
    const ids = layOut(board).flatMap(({ panels: placed }) => placed.map(({ id }) => `panel-${id}`));
    const { spec } = JSON.parse(JSON.stringify(manifest(board)));
    const named = spec.layout.spec.rows.flatMap((row: { spec: { layout: { spec: { items: readonly Item[] } } } }) =>
      row.spec.layout.spec.items.map(({ spec: { element } }) => element.name),
    );
    expect(named).toEqual(ids);
    expect(Object.keys(spec.elements)).toEqual(ids);
  }
});

interface Item {
  spec: { element: { name: string } };
}

/** Links of a panel, wherever they are. */
function linksOf({ links = [], seriesLinks = [], columns = {} }: Panel) {
  return [
    ...links,
    ...seriesLinks,
    ...Object.values(columns).flatMap(({ link }) => (link === undefined ? [] : [link])),
  ];
}

const runbook = readFileSync(join(import.meta.dirname, '../../dashboards/runbook.md'), 'utf8');
/** Of the page, and those that Grafana makes of a code that it shows. */
const anchors = new Set<string>([
  ...anchorsOf(runbook),
  ...[`\${__field.labels.code}`, `\${__data.fields.code}`, `\${__field.labels.claude_k8s_verdict}`],
]);

test('every code that a board shows has an anchor in the runbook', () => {
  expect(failureCodes.filter((code) => !anchors.has(code))).toEqual([]);
});

test('every link leads to a board or to the runbook', () => {
  const urls = panels.flatMap(({ panel, at }) => linksOf(panel).map(({ url }) => ({ at, url })));
  expect(urls.length).toBeGreaterThan(20);
  for (const { at, url } of urls) {
    const uid = /^\/d\/([^?]+)\?/.exec(url)?.[1];
    if (uid !== undefined) expect(Object.values<string>(boardUids), at).toContain(uid);
    else
      expect(
        anchors.has(url.startsWith(`${runbookUrl}#`) ? url.slice(runbookUrl.length + 1) : ''),
        `${at}: ${url}`,
      ).toBe(true);
  }
});

test('a query uses no variable that its board lacks', () => {
  const builtin = ['__rate_interval', '__range', '__auto'];
  for (const board of boards) {
    const has = [...builtin, ...variablesOf(board).map(({ name }) => name)];
    for (const query of panelsOf(board).flatMap(({ queries }) => queries)) {
      const text = query.store === 'tempo' ? query.query : query.expr;
      const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name);
      expect(
        used.filter((name) => !has.includes(name ?? '')),
        `${board.key}: ${text}`,
      ).toEqual([]);
    }
  }
});

test('queries of logs and traces name attributes, events and spans that there are', () => {
  const names = Object.keys(attributes).map((name) => name.replaceAll('.', '_'));
  const events = [...Object.values(logEvents), ...Object.values(processLogEvents)].map(({ event }) => event);
  const known = new Set<string>([
    ...names,
    ...lokiLabels,
    ...Object.keys(attributes),
    ...events,
    ...Object.keys(spans),
  ]);
  const texts = panels.flatMap(({ panel }) =>
    panel.queries.flatMap((query) =>
      query.store === 'prometheus' ? [] : [query.store === 'loki' ? query.expr : query.query],
    ),
  );
  const words = texts.flatMap(
    (text) => text.match(/\b(claude_k8s|k8s|container|error|service|trace)[._][\w.]*\w/g) ?? [],
  );
  expect(words.length).toBeGreaterThan(50);
  expect([...new Set(words)].filter((word) => !known.has(word) && word !== 'trace_id')).toEqual([]);
});
