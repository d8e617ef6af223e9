import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alerts } from '../../dashboards/rules/alerts/alerts.ts';
import { failureCodes } from '../../src/failure/table.ts';
import { command } from '../cli/command.ts';

const text = readFileSync(join(import.meta.dirname, '../../dashboards/runbook.md'), 'utf8');
const [, ...parts] = text.split(/^## /m);
const sections = new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')), part]));
const names = alerts.map(({ name }) => name);

test.each(names)('alert %s has a section', (name) => {
  expect(sections.get(name)).toMatch(/Look at:[\s\S]*Run:[\s\S]*It is not:/);
});

test.each(failureCodes)('code %s has a section', (code) => {
  expect(sections.get(code)).toMatch(/Do: [\s\S]*Run:[\s\S]*It is not:/);
});

test('there is no section of anything else', () => {
  const known: readonly string[] = ['Before anything', ...names, ...failureCodes];
  expect([...sections.keys()].filter((name) => !known.includes(name))).toEqual([]);
});

test('every link within the page leads to a heading', () => {
  const anchors = [...sections.keys()].map((name) => name.toLowerCase());
  const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor);
  expect(links.length).toBeGreaterThan(40);
  expect(links.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});

const lines = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

test('commands of ours are such as this build has', async () => {
  const own = new Set(lines.filter((line) => line.startsWith('claude-k8s ')));
  expect(own.size).toBeGreaterThan(30);
  for (const line of own) {
    const words = line.split(' ').slice(1);
    const options = words.filter((word) => word.startsWith('--'));
    const known = words[0]?.startsWith('--') ? [] : words.slice(0, 1);
    const { code, out } = await command([...known, '--help']);
    expect(code, line).toBe(0);
    for (const option of options) expect(out, line).toContain(option);
  }
});

test('names in capitals are those that the page sets, or say what they are', () => {
  const set = [...(sections.get('Before anything') ?? '').matchAll(/\b([A-Z]+(?:_[A-Z]+)*)=/g)].map(([, name]) => name);
  const given = ['CLAUDE_K8S_INCIDENT_DIR', 'CLAUDE_K8S_METRICS_PORT', 'SUSPECT', 'PROMETHEUS_URL'];
  const used = new Set(lines.flatMap((line) => [...line.matchAll(/\$(\w+)/g)].map(([, name = '']) => name)));
  expect([...used].filter((name) => !set.includes(name) && !given.includes(name))).toEqual([]);
});
