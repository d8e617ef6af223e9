/**
 * A board as a program: its JSON, taken apart, each part declared to be of the type that Grafana's library has for it. The
 * compiler then names every field that is unknown, lacks or has a value that is none of its enumeration. The library's own
 * type of a board has `any` where a kind of panel or of query comes in, so these are parts of their own.
 */
export interface Json {
  [name: string]: unknown;
}

interface Part {
  name: string;
  type: string;
  value: unknown;
}

/** Options and own settings of a field, by kind of panel; the library has none for a trace. */
const kinds: Readonly<Record<string, { options: string; custom?: string }>> = {
  timeseries: { options: 'timeseries.Options', custom: 'timeseries.FieldConfig' },
  'state-timeline': { options: 'statetimeline.Options', custom: 'statetimeline.FieldConfig' },
  table: { options: 'table.Options', custom: 'table.FieldConfig' },
  stat: { options: 'stat.Options' },
  bargauge: { options: 'bargauge.Options' },
  logs: { options: 'logs.Options' },
  traces: { options: 'Record<string, never>' },
};

/** By data source. */
const queryTypes: Readonly<Record<string, string>> = {
  prometheus: 'prometheus.Dataquery',
  loki: 'loki.dataquery',
  tempo: 'tempo.Dataquery',
};

const modules = ['dashboard', 'dashboardv2', 'resource', 'prometheus', 'loki', 'tempo']
  .concat(['timeseries', 'statetimeline', 'table', 'stat', 'bargauge', 'logs'])
  .map((name) => `import type * as ${name} from '@grafana/grafana-foundation-sdk/${name}';`);

/** An enumeration is written as its value, and what only marks a type is not written at all. */
const written = `type Written<T> = 0 extends 1 & T ? any
  : T extends string ? \`\${T}\`
  : T extends readonly (infer E)[] ? Written<E>[]
  : T extends object ? { [K in keyof T as K extends '_implementsDataqueryVariant' ? never : K]: Written<T[K]> }
  : T;`;

export function classicProgram(board: Json): string {
  const { panels, ...spec } = board as { panels: readonly Json[] };
  return program([{ name: 'board', type: 'dashboard.Dashboard', value: spec }, ...panels.flatMap(classicPanel)]);
}

function classicPanel(value: Json): readonly Part[] {
  const name = `panel ${value.id}`;
  if (value.type === 'row') return [{ name, type: 'dashboard.RowPanel', value }];
  const { options, targets = [], fieldConfig, ...panel } = value;
  const queries = (targets as readonly { datasource: { type: string } }[]).map((value, index) => ({
    name: `${name} query ${index}`,
    type: queryTypes[value.datasource.type] ?? 'never',
    value,
  }));
  const { field, parts } = drawn(name, String(panel.type), options, fieldConfig);
  return [{ name, type: 'dashboard.Panel', value: { ...panel, fieldConfig: field } }, ...parts, ...queries];
}

export function v2Program({ spec, ...manifest }: Json): string {
  const { elements, ...board } = spec as { elements: Readonly<Record<string, Json>> };
  return program([
    { name: 'manifest', type: 'resource.Manifest', value: { ...manifest, spec: {} } },
    { name: 'board', type: 'dashboardv2.Dashboard', value: { ...board, elements: {} } },
    ...Object.entries(elements).flatMap(([name, element]) => v2Panel(name, element)),
  ]);
}

interface V2Element {
  spec: {
    data: { spec: { queries: { spec: { query: { group: string; spec: unknown } } }[] } };
    vizConfig: { group: string; spec: { options: unknown; fieldConfig: unknown } };
  };
}

function v2Panel(name: string, element: Json): readonly Part[] {
  const value = structuredClone(element) as Json & V2Element;
  const { data, vizConfig } = value.spec;
  const queries = data.spec.queries.map(({ spec: { query } }, index) => {
    const part = {
      name: `${name} query ${index}`,
      type: `Omit<${queryTypes[query.group] ?? 'never'}, 'refId'>`,
      value: query.spec,
    };
    query.spec = {};
    return part;
  });
  const { options, fieldConfig } = vizConfig.spec;
  const { field, parts } = drawn(name, vizConfig.group, options, fieldConfig);
  vizConfig.spec = { options: {}, fieldConfig: field };
  return [{ name, type: 'dashboardv2.PanelKind', value }, ...parts, ...queries];
}

/** How a panel is drawn, without what is of its kind alone; that is a part of its own. */
function drawn(name: string, type: string, options: unknown, fieldConfig: unknown) {
  const kind = kinds[type];
  if (kind === undefined) throw new Error(`${name}: no type for a panel of the kind ${type}`);
  const { defaults, ...rest } = fieldConfig as { defaults: Json };
  const { custom, ...others } = defaults;
  const own = kind.custom === undefined ? 'undefined' : `${kind.custom} | undefined`;
  const parts = [
    { name: `${name} options`, type: kind.options, value: options },
    { name: `${name} fields`, type: own, value: custom },
  ];
  return { field: { ...rest, defaults: others }, parts };
}

function program(parts: readonly Part[]): string {
  const lines = parts.map(({ name, type, value }, index) => {
    const text = value === undefined ? 'undefined' : JSON.stringify(value, null, 1);
    return `/* ${name} */ export const part${index}: Written<${type}> = ${text};`;
  });
  return [...modules, written, ...lines, ''].join('\n');
}

/** The part that a line of a program belongs to. */
export function partAt(text: string, line: number): string {
  const before = text.split('\n').slice(0, line);
  return /\/\* (.*?) \*\//.exec(before.findLast((one) => one.startsWith('/* ')) ?? '')?.[1] ?? '';
}
