import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertGroups, alerts } from '../../../dashboards/rules/alerts/alerts.ts';
import { recordings } from '../../../dashboards/rules/recording.ts';
import { shippedRules } from './scaled-rules.ts';
import { promtool } from './tools.ts';

test('promtool finds nothing wrong with the shipped rules', async () => {
  expect(await promtool('check', 'rules', '--lint=all', '--lint-fatal', shippedRules)).toContain(
    `SUCCESS: ${alerts.length + recordings.length} rules found`,
  );
});

interface UnitTests {
  tests: readonly { name: string; alert_rule_test: readonly { alertname: string }[] }[];
}

/** The shipped unit tests, a group of alerts at a time: all of them take promtool half a minute. */
const parts = ['rules.test.yaml', 'rules.days.test.yaml'].flatMap((name) => {
  const whole: UnitTests = parse(readFileSync(join(shippedRules, '..', name), 'utf8'));
  return Object.entries(alertGroups).flatMap(([group, of]) => {
    const own = new Set<string>(of.map((alert) => alert.name));
    const tests = whole.tests.filter(({ alert_rule_test: [one] }) => own.has(one?.alertname ?? ''));
    return tests.length === 0
      ? []
      : [{ group, name, count: tests.length, text: { ...whole, rule_files: [shippedRules], tests } }];
  });
});

test.each(parts)('promtool runs the $count cases of $group in $name', async ({ text }) => {
  const place = join(mkdtempSync(join(tmpdir(), 'promtool-')), 'tests.yaml');
  writeFileSync(place, stringify(text, { lineWidth: 0, aliasDuplicateObjects: false }));
  expect(await promtool('test', 'rules', place)).toMatch(/SUCCESS\s*$/);
});

test('that is four cases for each alert', () => {
  expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(4 * alerts.length);
});
