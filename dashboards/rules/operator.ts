import { ruleGroups, yaml } from './rules-file.ts';

const labels = { 'app.kubernetes.io/name': 'claude-k8s' } as const;
/** What is fetched, whichever kind finds it. */
const endpoint = { port: 'metrics', path: '/metrics', interval: '15s' } as const;
/** `namespace` is set by the operator itself, to that of the scraped pod: the head says so. Which cluster it is only you know. */
const relabelings = [{ action: 'replace', targetLabel: 'cluster', replacement: 'main' }];

/** The same rules for the Prometheus Operator, and how it finds the processes. */
export function operatorFile(): string {
  const rules = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'claude-k8s', labels },
    spec: { groups: ruleGroups() },
  };
  return [head, ...[rules, monitor('PodMonitor'), monitor('ServiceMonitor')].map(yaml)].join('---\n');
}

/** Only one of the two: a pod that both find is scraped twice. */
function monitor(kind: 'PodMonitor' | 'ServiceMonitor') {
  const list = kind === 'PodMonitor' ? 'podMetricsEndpoints' : 'endpoints';
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind,
    metadata: { name: 'claude-k8s', labels },
    spec: { selector: { matchLabels: { app: 'paperclip' } }, [list]: [{ ...endpoint, relabelings }] },
  };
}

const head = `# Made by code from the same data as rules.yaml: see dashboards/rules/operator.ts. Take PrometheusRule, and one of PodMonitor
# and ServiceMonitor. They expect a port named metrics on the pods of Paperclip, with CLAUDE_K8S_METRICS_HOST=0.0.0.0 and a
# token (authorization in the endpoint), and the label app: paperclip on pods, or on the Service.
# The operator sets namespace to that of the scraped pod, and boards and rules choose by that of the Jobs: where these run in
# another one, add a relabeling of it as there is one of cluster.
`;
