import { describe, expect, test } from 'vitest';
import { boards } from '../../dashboards/boards/boards.ts';
import { buildChanges } from '../../dashboards/boards/common.ts';
import { targetLabels } from '../../dashboards/boards/promql.ts';
import { type MetricEntry, metrics } from '../../src/telemetry/catalogue.ts';
import { other } from '../../src/telemetry/closed.ts';
import { isSeen } from '../../src/telemetry/metric-entry.ts';
import { unborn } from './born.ts';
import { read } from './promql-tree.ts';

const entries: readonly MetricEntry[] = Object.values(metrics);
const suffix = /_(bucket|sum|count)$/;
const entryOf = (name: string) =>
  entries.find((entry) => entry.name === (entry.kind === 'histogram' ? name.replace(suffix, '') : name));

const asked = boards.flatMap(({ key, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) =>
      queries.flatMap((query) => (query.store === 'prometheus' ? [{ at: `${key}: ${title}`, expr: query.expr }] : [])),
    ),
  ),
);
const all = [...asked, { at: buildChanges.name, expr: buildChanges.expr }];

/** What is wrong with an expression by the catalogue, as sentences. */
function wrong(expr: string): string[] {
  const { errors, selectors, grouped } = read(expr);
  const known = new Set<string>([...targetLabels, 'le']);
  const bad = errors.map((error) => `does not parse at ${error}`);
  for (const { metric, matchers } of selectors) {
    const entry = entryOf(metric);
    if (entry === undefined) bad.push(`no metric ${metric}`);
    else if (entry.kind === 'histogram' && !suffix.test(metric)) bad.push(`${metric} is a histogram`);
    for (const name of Object.keys(entry?.labels ?? {})) known.add(name);
    for (const name of targetLabels) {
      if (!matchers.some(({ label }) => label === name)) bad.push(`${metric} without ${name}`);
    }
    for (const { label, operator, value } of matchers) {
      if (targetLabels.some((name) => name === label)) continue;
      const values = entry?.labels[label];
      if (values === undefined) bad.push(`${metric} has no label ${label}`);
      else if (!isSeen(values)) {
        const named = operator.endsWith('~') ? value.split('|') : [value];
        for (const one of named) {
          if (one !== other && !values.includes(one)) bad.push(`${metric}: ${label} is never ${one}`);
        }
      }
    }
  }
  for (const label of grouped) if (!known.has(label)) bad.push(`nothing has the label ${label}`);
  return bad;
}

test.each(all)('$at: the query parses, and names what is in the catalogue', ({ expr }) => {
  expect(wrong(expr)).toEqual([]);
});

test.each(all)('$at: what the query chooses is there from the first scrape on', ({ expr }) => {
  expect(unborn(expr)).toEqual([]);
});

describe('a query that can never have data is named', () => {
  test.each([
    ['claude_k8s_errors_total', 'code="cancelled",cause="oom_killed"'],
    ['claude_k8s_errors_total', 'code=~"cancelled|timeout",cause=~"oom_killed|quota"'],
    ['claude_k8s:errors:increase1h', 'code="timeout",cause="oom_killed"'],
    ['claude_k8s_runs_finished_total', 'outcome="planted"'],
    ['claude_k8s_run_duration_seconds_count', 'outcome!~".*"'],
  ])('%s{%s}', (metric, where) => {
    expect(unborn(`sum(rate(${metric}{namespace=~"$namespace",${where}}[$__rate_interval])) / 2`)).toEqual([
      `${metric}{${where}}`,
    ]);
  });
});

describe('the check of a query', () => {
  const scope = 'namespace=~"$namespace",cluster=~"$cluster"';
  test.each([
    [`sum(rate(claude_k8s_gaps{${scope}}[$__rate_interval]))`, 'no metric claude_k8s_gaps'],
    [`claude_k8s_truncations_total{${scope},cause="oom"}`, 'claude_k8s_truncations_total: cause is never oom'],
    [`claude_k8s_runs_active{${scope},cause="oom"}`, 'claude_k8s_runs_active has no label cause'],
    ['claude_k8s_runs_active{cluster=~"$cluster"}', 'claude_k8s_runs_active without namespace'],
    [`sum by (reason) (claude_k8s_truncations_total{${scope}})`, 'nothing has the label reason'],
    [`rate(claude_k8s_run_duration_seconds{${scope}}[5m])`, 'claude_k8s_run_duration_seconds is a histogram'],
    [`sum(claude_k8s_runs_active{${scope}}`, 'does not parse'],
  ])('finds fault with %s', (expr, fault) => {
    expect(wrong(expr).join('\n')).toContain(fault);
  });
});

test('a rate is taken of counters alone, over the interval that Grafana chooses', () => {
  for (const { at, expr } of asked) {
    for (const [, name = '', window = ''] of expr.matchAll(/(?:rate|increase)\((\w+)\{[^}]*\}\[([^\]]+)\]/g)) {
      expect(entryOf(name)?.kind, `${at}: ${name}`).not.toBe('gauge');
      expect(['$__rate_interval', '$__range'], at).toContain(window);
    }
  }
});

test('exemplars are asked for where a metric of the query has them, and nowhere else', () => {
  const queries = boards.flatMap(({ rows }) => rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries)));
  const ranges = queries.filter((query) => query.store === 'prometheus').filter(({ instant }) => !instant);
  for (const { expr, exemplars } of ranges) {
    const has = read(expr).selectors.some(({ metric }) => entryOf(metric)?.exemplars === true);
    expect(exemplars, expr).toBe(has);
  }
  expect(ranges.some(({ exemplars }) => exemplars)).toBe(true);
});

/** Metrics that no panel shows, each with the reason. */
const withoutPanel: Readonly<Record<string, string>> = {};

test('every metric is on a panel, or has a reason not to be', () => {
  const shown = new Set(asked.flatMap(({ expr }) => read(expr).selectors.map(({ metric }) => entryOf(metric)?.name)));
  const names = entries.map(({ name }) => name);
  expect(names.filter((name) => !shown.has(name) && withoutPanel[name] === undefined)).toEqual([]);
  expect(Object.keys(withoutPanel).filter((name) => shown.has(name) || !names.includes(name))).toEqual([]);
});
