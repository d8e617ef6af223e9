/**
 * Where links of boards and alerts lead unless somebody says otherwise: the runbook as the package ships it, plain text
 * that no browser renders. `dashboards --runbook-base` puts an address there that does.
 */
export const runbookUrl = 'https://unpkg.com/paperclip-adapter-claude-k8s/dashboards/runbook.md';

/** Nothing that YAML, JSON, Prometheus or Grafana would read as its own, and no anchor: sections are put behind it. */
const plain = /^https?:\/\/[\w.~:/?&=%@+,;-]+$/;

export function isAddress(base: string): boolean {
  return plain.test(base) && URL.canParse(base);
}

/** A board or a file of rules whose links lead to the runbook at another address. */
export function withRunbookAt(text: string, base: string): string {
  return text.replaceAll(runbookUrl, base);
}
