import { metrics } from '../../src/telemetry/catalogue.ts';
import type { Board } from './model.ts';
import type { targetLabels } from './promql.ts';

/** What a reader of a board can choose. */
export type Variable =
  | { kind: 'store'; name: Store; label: string; description: string }
  | { kind: 'values'; name: string; label: string; description: string; store: Store; query: object; text: string }
  | { kind: 'text'; name: string; label: string; description: string };

export type Store = 'prometheus' | 'loki' | 'tempo';

const stores: readonly Variable[] = [
  { kind: 'store', name: 'prometheus', label: 'Metrics', description: 'Prometheus that scrapes the adapter.' },
  { kind: 'store', name: 'loki', label: 'Logs', description: 'Loki that the log events go to by OTLP.' },
  { kind: 'store', name: 'tempo', label: 'Traces', description: 'Tempo that the spans go to.' },
];

/** Every value, and a series without the label too: not everybody's scrape configuration sets it. */
export const everything = '.*';

const targets: readonly Variable[] = [
  target('cluster', 'Cluster', metrics.buildInfo.name),
  target('namespace', 'Namespace', `${metrics.buildInfo.name}{cluster=~"$cluster"}`),
];

const chooseProcess: Variable = {
  kind: 'values',
  name: 'service',
  label: 'Service',
  description: 'service.name of the processes that hand in log events: the host, or claude-k8s at a terminal.',
  store: 'loki',
  query: { refId: 'LokiVariableQueryEditor-VariableQuery', type: 1, label: 'service_name', stream: '' },
  text: 'label_values(service_name)',
};

const chooseRun: readonly Variable[] = [
  { kind: 'text', name: 'run_id', label: 'Run', description: 'Id of a run, or how it begins. Empty: all runs.' },
  { kind: 'text', name: 'trace_id', label: 'Trace', description: 'Id of a trace. Empty: all traces.' },
];

/** What a link takes along to another board. */
export const kept = [...stores, ...targets].map(({ name }) => name);

export function variablesOf({ logs }: Board): readonly Variable[] {
  return [...stores, ...targets, ...(logs === undefined ? [] : [chooseProcess]), ...(logs === 'runs' ? chooseRun : [])];
}

function target(name: (typeof targetLabels)[number], label: string, series: string): Variable {
  const text = `label_values(${series}, ${name})`;
  return {
    kind: 'values',
    name,
    label,
    description: `Label ${name} of the scraped processes.`,
    store: 'prometheus',
    query: { refId: 'PrometheusVariableQueryEditor-VariableQuery', qryType: 1, query: text },
    text,
  };
}
