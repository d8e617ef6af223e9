import { stringify } from 'yaml';
import { boardUids, runbookAt } from '../places.ts';
import { alertGroups } from './alerts/alerts.ts';
import type { Alert } from './model.ts';
import { recordings } from './recording.ts';
import { boardVariables, where } from './templates.ts';

/** One rule as Prometheus reads it. */
export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  name: string;
  interval?: string;
  rules: readonly Rule[];
}

/** Recording rules come first: Prometheus evaluates files from the top, and the unit tests too. */
export function ruleGroups(): readonly RuleGroup[] {
  return [
    { name: 'claude-k8s-recorded', rules: recordings.map(({ record, expr }) => ({ record, expr })) },
    ...Object.entries(alertGroups).map(([name, alerts]) => ({ name, rules: alerts.map(ruleOf) })),
  ];
}

export function ruleOf(alert: Alert): Rule {
  return {
    alert: alert.name,
    expr: alert.expr,
    ...(alert.for === undefined ? {} : { for: alert.for }),
    labels: { severity: alert.severity },
    annotations: annotationsOf(alert),
  };
}

/** `dashboard` is a path below the address of Grafana, which this file can not know. */
export function annotationsOf({ name, summary, description, board }: Alert): Readonly<Record<string, string>> {
  return {
    summary: `${summary}${where}.`,
    description,
    runbook_url: runbookAt(name.toLowerCase()),
    dashboard: `/d/${boardUids[board]}${boardVariables}`,
  };
}

export function rulesFile(): string {
  return `${head}${yaml({ groups: ruleGroups() })}`;
}

export function yaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}

const head = `# Made by code from the catalogues of the adapter: see dashboards/rules. Load it with rule_files of Prometheus.
# Severities: critical wakes somebody up, warning is for the working day, info for whoever looks after the adapter.
`;
