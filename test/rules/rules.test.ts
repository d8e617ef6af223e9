import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { boards } from '../../dashboards/boards/boards.ts';
import { alerts } from '../../dashboards/rules/alerts/alerts.ts';
import { caseNames } from '../../dashboards/rules/model.ts';
import type { RuleGroup } from '../../dashboards/rules/rules-file.ts';
import { runbookUrl } from '../../src/cli/runbook-address.ts';
import { unborn } from '../dashboards/born.ts';
import { read } from '../dashboards/promql-tree.ts';
import { anchorsOf } from './anchors.ts';
import { entryOf, wrong } from './by-catalogue.ts';

const folder = join(import.meta.dirname, '../../dashboards');
const file = (name: string) => readFileSync(join(folder, 'prometheus', name), 'utf8');
const { groups }: { groups: readonly RuleGroup[] } = parse(file('rules.yaml'));
const rules = groups.flatMap((group) => group.rules);
const shipped = rules.filter(({ alert }) => alert !== undefined);
const runbook = readFileSync(join(folder, 'runbook.md'), 'utf8');
const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
const anchors = anchorsOf(runbook);

test.each(rules.map((rule) => ({ name: rule.alert ?? rule.record ?? '', expr: rule.expr })))(
  '$name: the expression parses, and names what is in the catalogue',
  ({ expr }) => {
    expect(wrong(expr)).toEqual([]);
    expect(unborn(expr)).toEqual([]);
  },
);

describe('the check of an expression', () => {
  test.each([
    ['sum(increase(claude_k8s_gaps[5m])) > 0', 'no metric claude_k8s_gaps'],
    ['claude_k8s_truncations_total{cause="oom"} > 0', 'claude_k8s_truncations_total: cause is never oom'],
    ['claude_k8s:errors:increase1h{reason="x"} > 0', 'claude_k8s:errors:increase1h has no label reason'],
    ['claude_k8s:errors:increase5h > 0', 'no metric claude_k8s:errors:increase5h'],
    ['sum by (pod) (claude_k8s_runs_active) > 0', 'nothing has the label pod'],
    ['rate(claude_k8s_run_duration_seconds[5m]) > 0', 'claude_k8s_run_duration_seconds is a histogram'],
    ['sum(claude_k8s_runs_active > 0', 'does not parse'],
    ['1 > 0', 'reads no metric'],
  ])('finds fault with %s', (expr, fault) => {
    expect(wrong(expr).join('\n')).toContain(fault);
  });
});

test('a rate is taken of counters alone, a level of gauges', () => {
  for (const { expr } of rules) {
    const moved = [...expr.matchAll(/(?:rate|increase)\((\w+)/g)].map(([, name = '']) => name);
    for (const name of moved) expect(entryOf(name)?.kind, `${name} in ${expr}`).not.toBe('gauge');
    const counted = read(expr).selectors.filter(({ metric }) => !moved.includes(metric) && !metric.includes(':'));
    for (const { metric } of counted) {
      if (metric !== 'up') expect(entryOf(metric)?.kind, `${metric} in ${expr}`).toBe('gauge');
    }
  }
});

test('recorded series are read by an alert, and names are unique', () => {
  const names = rules.map(({ alert, record }) => alert ?? record);
  expect(new Set(names).size).toBe(names.length);
  const unread = rules
    .flatMap(({ record }) => record ?? [])
    .filter((name) => !shipped.some(({ expr }) => expr.includes(name)));
  expect(unread).toEqual([]);
});

test.each(alerts)('$name says what, how bad, where to read on and where to look', (alert) => {
  const rule = shipped.find(({ alert: name }) => name === alert.name);
  expect(rule?.labels).toEqual({ severity: expect.stringMatching(/^(critical|warning|info)$/) });
  expect(Object.keys(rule?.annotations ?? {}).sort()).toEqual(['dashboard', 'description', 'runbook_url', 'summary']);
  const { summary = '', description = '', runbook_url: url = '', dashboard = '' } = rule?.annotations ?? {};
  expect(summary).toMatch(/^[A-Z].{10,}\.$/);
  expect(description).toMatch(/^([A-Z]|\{\{).{40,}\.$/);
  expect(url.startsWith(`${runbookUrl}#`), url).toBe(true);
  expect(anchors).toContain(url.slice(runbookUrl.length + 1));
  expect(headings).toContain(alert.name);
  const board = boards.find(({ key }) => key === alert.board);
  expect(dashboard).toMatch(new RegExp(`^/d/claude-k8s-${alert.board}\\?`));
  const titles = board?.rows.flatMap(({ panels }) => panels.map(({ title }) => title));
  expect(titles, `panel of board ${alert.board}`).toContain(alert.panel);
  expect(alert.runbook.run).not.toEqual([]);
  expect(alert.runbook.isNot).not.toEqual([]);
});

test('anchors are made as GitHub makes them', () => {
  const page = '# A `b`, [c](d.md) & e_f\n```sh\n# no heading\n```\n## Twice\n## twice ##\n';
  expect(anchorsOf(page)).toEqual(['a-b-c--e_f', 'twice', 'twice-1']);
});

test('who wakes somebody up has looked twice, or needs no second look', () => {
  const single = /One (run|Job|gap|error|bundle|sample) /;
  for (const { name, runbook, for: wait, expr } of alerts) {
    const guarded = wait !== undefined || />= [2-9]/.test(expr);
    const saysSo = single.test(runbook.fires) || /Anything/.test(runbook.fires);
    expect(guarded || saysSo, name).toBe(true);
  }
});

interface UnitTest {
  name: string;
  input_series: readonly { series: string; values: string }[];
  alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[];
}
const tests = ['rules.test.yaml', 'rules.days.test.yaml'].flatMap(
  (name): readonly UnitTest[] => parse(file(name)).tests,
);

test.each(shipped.map(({ alert = '' }) => alert))('%s has its four cases for promtool', (name) => {
  const own = tests.filter(({ alert_rule_test: [one] }) => one?.alertname === name);
  expect(own.map((one) => one.name)).toEqual(caseNames.map((which) => `${name}: ${which}`));
  const fires = own.map(({ alert_rule_test: [one] }) => one?.exp_alerts.length);
  expect(fires).toEqual([1, 0, 1, 0]);
});

test('the series of the unit tests are such as are scraped', () => {
  const series = new Set(tests.flatMap(({ input_series }) => input_series.map((one) => one.series)));
  expect([...series].flatMap((one) => wrong(one))).toEqual([]);
  expect(series.size).toBeGreaterThan(40);
});

test('a newborn counter is not there, then 0, then more', () => {
  const newborn = tests.filter(({ name }) => name.endsWith(': newborn'));
  for (const { name, input_series } of newborn) {
    expect(input_series.some(({ values }) => values.startsWith('_x')) || name.startsWith('ClaudeK8sAbsent'), name).toBe(
      true,
    );
  }
});

test('the form for the operator has the same rules, and finds the processes', () => {
  const documents = parseAllDocuments(file('operator.yaml')).map((one) => one.toJS());
  expect(documents.map(({ kind }) => kind)).toEqual(['PrometheusRule', 'PodMonitor', 'ServiceMonitor']);
  expect(documents[0].spec.groups).toEqual(groups);
  expect(documents[1].spec.podMetricsEndpoints).toEqual(documents[2].spec.endpoints);
});
