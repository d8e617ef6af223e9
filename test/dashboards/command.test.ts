import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { boardUids } from '../../dashboards/places.ts';
import { alerts } from '../../dashboards/rules/alerts/alerts.ts';
import { runbookUrl } from '../../src/cli/runbook-address.ts';
import { command } from '../cli/command.ts';
import { anchorsOf } from '../rules/anchors.ts';

const uids = Object.values<string>(boardUids);
const boards = uids.map((uid) => `${uid}.json`).sort();
const fresh = () => mkdtempSync(join(tmpdir(), 'boards-'));
const read = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

test('a folder is written, and is then as this build has it', async () => {
  const folder = join(fresh(), 'not there yet');
  const first = await command(['dashboards', '--write', folder]);
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/^new +grafana\/claude-k8s-api\.json$/m);
  expect(first.out).toMatch(/^new +prometheus\/scrape\.yaml$/m);
  expect(readdirSync(join(folder, 'grafana')).sort()).toEqual(boards);
  const again = await command(['dashboards', '--write', folder]);
  expect(again.out).toMatch(/^unchanged +grafana\/claude-k8s-api\.json$/m);
  expect(again.out).not.toMatch(/^(new|changed)/m);
  const check = await command(['dashboards', '--check', folder]);
  expect(check).toMatchObject({ code: 0, err: '' });
  expect(check.out).toMatch(/^all \d+ files are those of this build$/);
});

test("what differs is named, exits with 1 and is left as it is; other files are nobody's business", async () => {
  const folder = fresh();
  await command(['dashboards', '--write', folder]);
  const edited = join(folder, 'grafana', 'claude-k8s-run.json');
  writeFileSync(edited, '{}\n');
  rmSync(join(folder, 'grafana', 'claude-k8s-api.json'));
  writeFileSync(join(folder, 'grafana', 'own.json'), '{}\n');
  const check = await command(['dashboards', '--check', folder]);
  expect(check.code).toBe(1);
  expect(check.out.split('\n')).toEqual([
    'missing    grafana/claude-k8s-api.json',
    'different  grafana/claude-k8s-run.json',
  ]);
  expect(read(edited)).toEqual({});
  const json = JSON.parse((await command(['dashboards', '--check', folder, '--json'])).out);
  expect(json.folder).toBe(folder);
  expect(json.files).toContainEqual({ path: 'grafana/claude-k8s-run.json', state: 'different' });
  expect((await command(['dashboards', '--write', folder])).out).toMatch(/^changed +grafana\/claude-k8s-run\.json$/m);
  expect(read(edited).uid).toBe('claude-k8s-run');
  expect(read(folder, 'grafana', 'own.json')).toEqual({});
});

test('the newer form takes the place of the classic one', async () => {
  const folder = fresh();
  expect((await command(['dashboards', '--write', folder, '--v2'])).code).toBe(0);
  expect(readdirSync(join(folder, 'grafana')).sort()).toEqual(boards);
  expect(read(folder, 'grafana', 'claude-k8s-run.json').apiVersion).toBe('dashboard.grafana.app/v2');
  expect((await command(['dashboards', '--check', folder])).code).toBe(1);
});

test('links lead to the sections of the runbook where the operator has it, and are compared with that', async () => {
  const folder = fresh();
  const base = 'https://git.example/ops/runbook.md?ref=main';
  const at = ['--runbook-base', base];
  expect((await command(['dashboards', '--write', folder, ...at])).code).toBe(0);
  const anchors = anchorsOf(readFileSync(join(folder, 'runbook.md'), 'utf8'));
  const { groups } = parse(readFileSync(join(folder, 'prometheus/rules.yaml'), 'utf8'));
  const urls = groups
    .flatMap(({ rules }: { rules: readonly Ruled[] }) => rules)
    .flatMap(({ annotations }: Ruled) => annotations?.runbook_url ?? []);
  expect(urls).toHaveLength(alerts.length);
  expect(urls.filter((url: string) => !anchors.some((anchor) => url === `${base}#${anchor}`))).toEqual([]);
  expect(readdirSync(folder, { recursive: true }).sort()).toContain(join('grafana', 'claude-k8s-run.json'));
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.\w+$/.test(name)) expect(readFileSync(join(folder, name), 'utf8'), name).not.toContain(runbookUrl);
  }
  expect(JSON.stringify(read(folder, 'grafana', 'claude-k8s-overview.json'))).toContain(
    `${base}#\${__field.labels.code}`,
  );
  expect((await command(['dashboards', '--check', folder, ...at])).code).toBe(0);
  expect((await command(['dashboards', '--check', folder])).code).toBe(1);
});

interface Ruled {
  annotations?: { runbook_url?: string };
}

test.each([
  'runbook.md',
  'ftp://git.example/runbook.md',
  'https://git.example/a#b',
  'https://git.example/$x',
  'https://',
])('an address for the runbook that can not be one is refused: %s', async (base) => {
  const folder = fresh();
  const { code, err } = await command(['dashboards', '--write', folder, '--runbook-base', base]);
  expect(code).toBe(2);
  expect(err).toBe(
    `error: --runbook-base: expected the address of a rendered runbook, http(s)://... without an anchor, got "${base}"`,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [['dashboards'], 'expected one of --write <dir> and --check <dir>, got neither'],
  [['dashboards', '--write', 'a', '--check', 'b'], 'got both'],
  [['dashboards', '--check', '/nowhere/at all'], '--check: no folder "/nowhere/at all"; --write makes it'],
  [['dashboards', '--write', '/dev/null/boards'], "--write: ENOTDIR: not a directory, mkdir '/dev/null/boards'"],
  [['dashboards', '--write', '/nowhere/at all'], "--write: ENOENT: no such file or directory, mkdir '/nowhere/at all'"],
])('%j says what is wrong and exits with 2', async (argv, words) => {
  const { code, err, out } = await command(argv);
  expect(code).toBe(2);
  expect(err).toContain(words);
  expect(out).toBe('');
});

test('a folder that can not be made stops the writing, with the reason', async () => {
  const folder = fresh();
  writeFileSync(join(folder, 'grafana'), 'a file');
  const { code, err } = await command(['dashboards', '--write', folder]);
  expect(code).toBe(2);
  expect(err).toContain(`EEXIST: file already exists, mkdir '${folder}/grafana'`);
});

test('the help has the exit codes', async () => {
  const { out } = await command(['dashboards', '--help']);
  expect(out).toContain('Exits with 0 when the folder is as this build has it, 1 when --check found a difference, 2');
});

test.each(['--write', '--check'])('%s of a file says that it is one', async (flag) => {
  const file = join(fresh(), 'file');
  writeFileSync(file, '');
  const { code, err } = await command(['dashboards', flag, file]);
  expect({ code, err }).toEqual({ code: 2, err: `error: ${flag}: ${file} is a file, expected a folder` });
});
