import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { classicProgram, type Json, partAt, v2Program } from './typed-board.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'dashboards/grafana');
const read = (path: string): Json => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const shipped = [
  ...names.map((path) => ({ path, program: classicProgram(read(path)) })),
  ...names.map((name) => ({ path: `v2/${name}`, program: v2Program(read(`v2/${name}`)) })),
];

const v2Options = 'spec.elements.panel-101.spec.vizConfig.spec.options';

/** A board of ours with one thing in it that no Grafana knows, where it is put, and what is said of it. */
const planted = [
  ['an unknown field of a board', '', 'planted', 1, 'board: ', '"planted"'],
  ['a board without its variables', '', 'templating', undefined, 'board: ', "Property 'templating' is missing"],
  [
    'a place that is no number',
    '',
    'panels.1.gridPos.h',
    '4',
    'panel 101: ',
    "Type 'string' is not assignable to type 'number'",
  ],
  ['an unknown option of a panel', '', 'panels.1.options.planted', 1, 'panel 101 options: ', '"planted"'],
  [
    'a value that is none of its enumeration',
    '',
    'panels.1.options.graphMode',
    'planted',
    'panel 101 options: ',
    '"planted"',
  ],
  [
    'a setting of fields that its panel has not',
    '',
    'panels.1.fieldConfig.defaults.custom',
    {},
    'panel 101 fields: ',
    "'{}'",
  ],
  ['an unknown field of a query', '', 'panels.1.targets.0.planted', 1, 'panel 101 query 0: ', '"planted"'],
  ['a row that is a panel too', '', 'panels.0.targets', [], 'panel 100: ', '"targets"'],
  ['an unknown field of a variable', 'v2', 'spec.variables.0.spec.planted', 1, 'board: ', '"planted"'],
  ['a kind of variable that there is not', 'v2', 'spec.variables.0.kind', 'planted', 'board: ', '"planted"'],
  ['a layout without its rows', 'v2', 'spec.layout.spec', {}, 'board: ', "Type '{}' is not assignable"],
  ['an unknown option of a panel', 'v2', `${v2Options}.planted`, 1, 'panel-101 options: ', '"planted"'],
] as const;
const tampered = planted.map(([what, form, path, value, at, says], index) => {
  const board = read(join(form, 'claude-k8s-overview.json'));
  put(board, path.split('.'), value);
  const program = form === '' ? classicProgram(board) : v2Program(board);
  return { path: `planted-${index}`, what: `${form || 'classic'}: ${what}`, at, says, program };
});

function put(into: Json, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[name] = value;
  else put(into[name] as Json, rest, value);
}

/** What the compiler finds wrong, by file: the part and the sentence. */
const faults = new Map<string, string[]>();

beforeAll(async () => {
  const place = mkdtempSync(join(tmpdir(), 'boards-as-programs-'));
  const programs = [...shipped, ...tampered].map(({ path, program }) => ({
    file: `${path.replace('/', '-')}.ts`,
    program,
  }));
  for (const { file, program } of programs) writeFileSync(join(place, file), program);
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [], target: 'es2023', module: 'preserve' },
    paths: { '@grafana/grafana-foundation-sdk/*': [join(root, 'node_modules/@grafana/grafana-foundation-sdk/dist/*')] },
  };
  writeFileSync(
    join(place, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: programs.map(({ file }) => file) }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const said = await promisify(execFile)(process.execPath, [tsc, '--pretty', 'false', '-p', place]).catch(
    (error) => error,
  );
  for (const [, file = '', line, words] of `${said.stdout}`.matchAll(/^(?:.*\/)?([\w.-]+\.ts)\((\d+),\d+\): (.*)$/gm)) {
    const text = programs.find((one) => one.file === file)?.program ?? '';
    faults.set(file, [...(faults.get(file) ?? []), `${partAt(text, Number(line))}: ${words}`]);
  }
});
const faultsOf = (path: string) => faults.get(`${path.replace('/', '-')}.ts`) ?? [];

test.each(shipped)('$path has no field and no value that the types of Grafana do not know', ({ path }) => {
  expect(faultsOf(path)).toEqual([]);
});

describe('the check of a board finds', () => {
  test.each(tampered)('$what', ({ path, at, says }) => {
    expect(faultsOf(path)).toEqual([expect.stringContaining(says)]);
    expect(faultsOf(path)).toEqual([expect.stringMatching(`^${at}`)]);
  });
});
