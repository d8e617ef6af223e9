/** Pieces of summaries and descriptions that Prometheus fills in, and what the unit tests expect in their place. */
export const count = '{{ printf "%.0f" $value }}';
export const percent = '{{ humanizePercentage $value }}';
export const seconds = '{{ humanizeDuration $value }}';
export const dollars = '{{ printf "%.2f" $value }}';
const values = [count, percent, seconds, dollars];

export function label(name: string): string {
  return `{{ $labels.${name} }}`;
}

/** Nothing where the scrape configuration sets no such labels. */
export const where =
  '{{ with $labels.namespace }} in namespace {{ . }}{{ end }}{{ with $labels.cluster }} of cluster {{ . }}{{ end }}';

/** What a board is opened with. */
export const boardVariables =
  '?{{ with $labels.cluster }}var-cluster={{ . }}&{{ end }}{{ with $labels.namespace }}var-namespace={{ . }}&{{ end }}from=now-6h&to=now';

/** As Prometheus would write it. */
export function filledIn(template: string, labels: Readonly<Record<string, string>>, says: string): string {
  const placed = template
    .replaceAll(where, words(labels, ' in namespace ', 'namespace') + words(labels, ' of cluster ', 'cluster'))
    .replaceAll(
      boardVariables,
      `?${words(labels, 'var-cluster=', 'cluster', '&')}${words(labels, 'var-namespace=', 'namespace', '&')}from=now-6h&to=now`,
    );
  const named = placed.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '');
  return values.reduce((text, value) => text.replaceAll(value, says), named);
}

function words(labels: Readonly<Record<string, string>>, before: string, name: string, after = ''): string {
  return labels[name] === undefined ? '' : `${before}${labels[name]}${after}`;
}
