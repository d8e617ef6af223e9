import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withSections } from '../../dashboards/docs/sections.ts';
import { telemetryTables } from '../../dashboards/docs/telemetry-tables.ts';
import { attributes, events, type MetricEntry, metrics, spans } from '../../src/telemetry/catalogue.ts';
import { problems } from '../../src/telemetry/label-values.ts';
import { type LogEntry, logEvents, processLogEvents } from '../../src/telemetry/log-catalogue.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/telemetry.md'), 'utf8');
const entries = Object.values<LogEntry>({ ...logEvents, ...processLogEvents });
const known = new Set<string>([
  ...Object.keys({ ...spans, ...events, ...attributes }),
  ...Object.values<MetricEntry>(metrics).map(({ name }) => name),
  ...entries.map(({ event }) => event),
]);

describe('docs/telemetry.md', () => {
  test('says what the catalogues say; npm run derive writes it', () => {
    expect(withSections(page, telemetryTables)).toBe(page);
  });

  test('has every name of the catalogues, and no name that is in none', () => {
    const told = [...page.matchAll(/`((?:claude_k8s[._]|k8s\.|error\.|container\.)[\w.]*)`/g)].map(([, name]) => name);
    expect([...new Set(told)].sort()).toEqual([...known].sort());
  });

  test('leads to files that are there, the shipped scrape configuration among them, and has none of its own', () => {
    const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, link = '']) => link);
    expect(links).toContain('../dashboards/prometheus/scrape.yaml');
    expect(links.filter((link) => !existsSync(join(root, 'docs', link)))).toEqual([]);
    expect(page).not.toContain('scrape_configs');
  });

  test('explains every problem', () => {
    for (const problem of problems) expect(page).toContain(`- \`${problem}\`: `);
  });

  test('has every variable that the metrics server reads, and no other', () => {
    const folder = join(root, 'src/telemetry');
    const code = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    const names = (text: string) => [...new Set(text.match(/CLAUDE_K8S_METRICS_[A-Z_]+/g))].sort();
    expect(names(page)).toEqual(names(code.join('\n')));
  });
});

test('a section that nothing makes, and one that is not there, are errors', () => {
  const text = '<!-- derived: a -->\nold\n<!-- end -->';
  expect(withSections(text, { a: () => 'new' })).toBe('<!-- derived: a -->\nnew\n<!-- end -->');
  expect(() => withSections(text, {})).toThrow('derived: a: nothing makes that section');
  expect(() => withSections(text, { a: () => '', b: () => '' })).toThrow('sections that are not there: b');
});
