import { parser as logql } from '@grafana/lezer-logql';
import { parser as traceql } from '@grafana/lezer-traceql';
import { describe, expect, test } from 'vitest';
import { boards } from '../../dashboards/boards/boards.ts';

const parsers = { loki: logql, tempo: traceql } as const;
type Store = keyof typeof parsers;

/** Where the grammar of the store does not fit, after Grafana has put in what a reader may have chosen. */
function errorsIn(store: Store, query: string): readonly string[] {
  const text = query
    .replaceAll('$__auto', '1m')
    .replaceAll('$__range', '24h')
    .replaceAll(/\$\{?\w+\}?/g, 'abc');
  const errors: string[] = [];
  parsers[store].parse(text).iterate({
    enter({ type, from }) {
      if (type.isError) errors.push(`${from}: ${text.slice(from, from + 20)}`);
    },
  });
  return errors;
}

/** A trace is asked for by its id alone: no TraceQL. */
const byId = `\${trace_id}`;

const asked = boards.flatMap(({ key, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries }) =>
      queries.flatMap((query): { at: string; store: Store; text: string }[] => {
        if (query.store === 'prometheus') return [];
        const text = query.store === 'loki' ? query.expr : query.query;
        return [{ at: `${key}: ${title}`, store: query.store, text }];
      }),
    ),
  ),
);

test.each(asked.filter(({ text }) => text !== byId))('$at: the query of $store parses', ({ store, text }) => {
  expect(errorsIn(store, text)).toEqual([]);
});

test('one panel shows a trace by its id, and both stores are asked', () => {
  expect(asked.filter(({ text }) => text === byId)).toHaveLength(1);
  expect(new Set(asked.map(({ store }) => store))).toEqual(new Set(['loki', 'tempo']));
});

describe('the check of a query', () => {
  test.each([
    ['loki', '{service_name=~"$service"} | claude_k8s_event==', 'at a filter without a value'],
    ['loki', 'sum by (a) (count_over_time({a="b"}[$__range])', 'at a bracket that stays open'],
    ['loki', '{service_name=~"$service"} | line_format {{.a}}', 'at a template without quotes'],
    ['tempo', '{ span.a = }', 'at a comparison without a value'],
    ['tempo', `{ span.a =~ "\${run_id}.*" | select(span.a)`, 'at braces that stay open'],
  ] as const)('finds fault with %s %s, %s', (store, text, _where) => {
    expect(errorsIn(store, text)).not.toEqual([]);
  });
});
