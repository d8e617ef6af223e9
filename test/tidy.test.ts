import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', 'src');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, name), 'utf8') }));
const pure = ['run', 'failure', 'claude', 'manifest', 'ui'];
const allowedBuiltins = ['node:crypto', 'node:buffer'];

/** What a file imports at run time: type-only imports vanish. */
function imports(text: string): string[] {
  const statements = text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from\s+'([^']+)'/gms);
  return [...statements].flatMap((match) => match[1] ?? []);
}

/** Comments may name what code may not. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function offenders(pattern: RegExp, except: string): string[] {
  return files.filter(({ name, text }) => name !== except && pattern.test(code(text))).map(({ name }) => name);
}

test('a pure room imports only pure rooms', () => {
  const bad = files
    .filter(({ name }) => pure.includes(name.split('/')[0] ?? ''))
    .flatMap(({ name, text }) =>
      imports(text)
        .filter((target) => {
          if (!target.startsWith('.')) return !allowedBuiltins.includes(target);
          return !pure.includes(join(name, '..', target).split('/')[0] ?? '');
        })
        .map((target) => `${name} -> ${target}`),
    );
  expect(bad).toEqual([]);
});

test('the import rule sees an import of several lines and leaves types alone', () => {
  expect(imports("import {\n  a,\n} from '../host/x.ts';\nimport type { B } from '../cli/y.ts';\n")).toEqual([
    '../host/x.ts',
  ]);
});

test('only the clock knows the time', () => {
  expect(offenders(/\bDate\.now\b|\bnew Date\(\)|\bset(Timeout|Interval|Immediate)\(/, 'engine/clock.ts')).toEqual([]);
});

test('only one file writes to the terminal', () => {
  expect(offenders(/\bconsole\.|process\.std(out|err)\b/, 'cli/print.ts')).toEqual([]);
});

test('no file is over 300 lines and the median is under 90', () => {
  const sizes = files.map(({ name, text }) => ({ name, lines: text.split('\n').length }));
  expect(sizes.filter(({ lines }) => lines > 300)).toEqual([]);
  const sorted = sizes.map(({ lines }) => lines).sort((one, other) => one - other);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(90);
});

const everything = ['src', 'test', 'bench', 'demo', 'dashboards', 'deploy', 'perturb'].flatMap((folder) =>
  readdirSync(join(root, '..', folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ at: `${folder}/${name}`, text: readFileSync(join(root, '..', folder, name), 'utf8') })),
);

test('no file beside it is over 300 lines either', () => {
  expect(everything.filter(({ text }) => text.split('\n').length > 301).map(({ at }) => at)).toEqual([]);
});

test('what is exported is used by another file', () => {
  const named = new Map<string, Set<string>>();
  for (const { at, text } of everything)
    for (const [word] of text.matchAll(/\b\w+\b/g)) named.set(word, (named.get(word) ?? new Set()).add(at));
  const exported = files.flatMap(({ name, text }) =>
    [...text.matchAll(/^export (?:async )?(?:const|function\*?|class) (\w+)/gm)].map(([, word = '']) => ({
      name,
      word,
    })),
  );
  expect(exported.length).toBeGreaterThan(300);
  expect(exported.filter(({ word }) => (named.get(word)?.size ?? 0) < 2)).toEqual([]);
});
