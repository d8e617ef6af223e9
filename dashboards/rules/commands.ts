import type { FailureCode } from '../../src/failure/table.ts';
import { fleetSelector } from '../../src/manifest/labels.ts';

/** What is typed in more than one section. Names in capitals are set first, as the top of the runbook says. */
export const kubectl = (rest: string) => `kubectl -n "$NAMESPACE" ${rest}`;
export const fleet = kubectl(`get jobs,pods -l ${fleetSelector} -o wide`);
export const warnings = kubectl('get events --field-selector type=Warning --sort-by=.lastTimestamp');
export const ready = "kubectl get --raw '/readyz?verbose'";
export const nodes = 'kubectl get nodes -o wide';
export const explain = 'claude-k8s explain "$CLAUDE_K8S_INCIDENT_DIR/$BUNDLE"';
export const scraped = (what: string) =>
  `curl -s "http://127.0.0.1:$CLAUDE_K8S_METRICS_PORT/metrics" | grep '^${what}'`;
export const bundlesOf = (code: FailureCode) => `ls -t "$CLAUDE_K8S_INCIDENT_DIR" | grep -- '-${code}-' | head`;
