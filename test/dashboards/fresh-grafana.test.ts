import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * What an import needs that a Grafana does not have which was installed a moment ago: a data source of some name, a plugin,
 * an object of the same identity, a number that another instance gave.
 */

const home = join(import.meta.dirname, '../../dashboards/grafana');
const filesOf = (folder: string) =>
  readdirSync(join(home, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ file: join(folder, name), board: JSON.parse(readFileSync(join(home, folder, name), 'utf8')) }));

/** Panels and data sources that come with Grafana itself. */
const panelTypes = new Set([
  ...['row', 'stat', 'table', 'text', 'timeseries', 'bargauge', 'barchart', 'gauge', 'heatmap', 'histogram'],
  ...['logs', 'traces', 'piechart', 'state-timeline', 'status-history'],
]);
const storeTypes = new Set(['prometheus', 'loki', 'tempo']);

interface Named {
  type: string;
  uid: string;
}

/** Every `datasource` below a board, whatever form it has there: by `uid` in the classic form, by `name` in the newer one. */
function storesIn(value: unknown): Named[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Named[] => {
    if (key !== 'datasource') return storesIn(inner);
    const { type = '', uid, name } = Object(inner);
    return [{ type, uid: uid ?? name ?? JSON.stringify(inner) }];
  });
}

function wanting(board: Record<string, unknown>): string[] {
  const newer = board.apiVersion !== undefined;
  const { name: uid, ...more } = newer ? Object(board.metadata) : { name: board.uid };
  const { title, elements, panels = [], templating, variables } = newer ? Object(board.spec) : board;
  const all: Record<string, never>[] = newer ? Object.values(elements).map((one) => Object(one).spec) : panels;
  const types = all.map((panel) => (newer ? Object(panel.vizConfig).group : panel.type));
  const ids = all.map(({ id }) => id);
  const own = newer
    ? variables.filter(({ kind }: { kind: string }) => kind === 'DatasourceVariable').map(({ spec }: never) => spec)
    : templating.list.filter(({ type }: Named) => type === 'datasource');
  const stores = new Map(
    own.map((one: unknown) => [`\${${Object(one).name}}`, Object(one)[newer ? 'pluginId' : 'query']]),
  );
  return [
    ...(/^[\w-]{1,40}$/.test(uid) ? [] : [`its uid is ${uid}`]),
    ...(title ? [] : ['it has no title']),
    ...Object.keys(more).map((key) => `metadata.${key} is another instance's`),
    ...(['id', 'version', '__inputs', '__requires'] as const).filter((key) => board[key] != null),
    ...types.filter((type) => !panelTypes.has(type)).map((type) => `panel type ${type} is a plugin`),
    ...ids.filter((id, index) => !Number.isInteger(id) || ids.indexOf(id) !== index).map((id) => `panel id ${id}`),
    ...[...stores.values()].filter((type) => !storeTypes.has(String(type))).map((type) => `store ${type} is a plugin`),
    ...storesIn(board)
      .filter(({ uid: used, type }) => !stores.has(used) || (type !== '' && stores.get(used) !== type))
      .map(({ uid: used }) => `data source ${used} is none of its variables`),
  ];
}

const shipped = [...filesOf(''), ...filesOf('v2')];

test.each(shipped)('$file needs nothing that a fresh Grafana lacks', ({ board }) => {
  expect(storesIn(board).length).toBeGreaterThan(5);
  expect(wanting(board)).toEqual([]);
});

test('no two boards of a form take the same place', () => {
  for (const form of [filesOf(''), filesOf('v2')]) {
    const uids = form.map(({ board }) => board.uid ?? board.metadata.name);
    expect(new Set(uids).size).toBe(uids.length);
  }
});

const [classic, newer] = [filesOf('')[0]?.board, filesOf('v2')[0]?.board];
test.each([
  [
    'a data source by its uid',
    classic,
    `"uid":"\${prometheus}"`,
    '"uid":"PBFA97CFB590B2093"',
    /PBFA97CFB590B2093 is none/,
  ],
  ['a plugin', classic, '"type":"timeseries"', '"type":"flamegraph-of-mine"', /flamegraph-of-mine is a plugin/],
  ['a uid of 41 characters', classic, '"uid":"claude', `"uid":"${'c'.repeat(41)}`, /its uid is ccc/],
  ['a number of another instance', classic, '"uid":"claude', '"id":7,"uid":"claude', /^id$/],
  ['a data source by its name', newer, `"name":"\${prometheus}"`, '"name":"Main"', /Main is none/],
  ['a plugin, in the newer form', newer, '"group":"timeseries"', '"group":"mine"', /mine is a plugin/],
  [
    'metadata of another instance',
    newer,
    '"metadata":{',
    '"metadata":{"resourceVersion":"7",',
    /resourceVersion is another/,
  ],
])('it is seen that a board wants %s', (_, board, from, to, says) => {
  const text = JSON.stringify(board);
  expect(text).toContain(from);
  expect(wanting(JSON.parse(text.replace(from, to))).join('\n')).toMatch(says);
});
