import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  label: string;
  operator: string;
  value: string;
}

/** What an expression is about. */
export interface Read {
  /** Where the grammar does not fit, as text; none when it parses. */
  errors: readonly string[];
  selectors: readonly { metric: string; matchers: readonly Matcher[] }[];
  /** Labels of `by (...)`. */
  grouped: readonly string[];
}

/** Grafana puts values in these places before Prometheus sees them. */
export function filled(expr: string): string {
  return expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '24h').replaceAll('$__interval', '1m');
}

export function read(expr: string): Read {
  const text = filled(expr);
  const errors: string[] = [];
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const grouped: string[] = [];
  const path: string[] = [];
  parser.parse(text).iterate({
    enter({ name, from, to, type }) {
      const word = text.slice(from, to);
      const parent = path.at(-1);
      if (type.isError) errors.push(`${from}: ${text.slice(from, from + 20)}`);
      if (name === 'VectorSelector') selectors.push({ metric: '', matchers: [] });
      const current = selectors.at(-1);
      if (name === 'Identifier' && parent === 'VectorSelector' && current) current.metric = word;
      if (name === 'UnquotedLabelMatcher') current?.matchers.push(matcher(word));
      if (name === 'LabelName' && parent === 'GroupingLabels') grouped.push(word);
      path.push(name);
    },
    leave() {
      path.pop();
    },
  });
  return { errors, selectors, grouped };
}

function matcher(text: string): Matcher {
  const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text) ?? [];
  return { label, operator, value };
}
