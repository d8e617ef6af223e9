import type { Output } from '../output.ts';
import { alerts } from './alerts/alerts.ts';
import { type Alert, type CaseName, caseNames, type Move, type SampledSeries, type Steps } from './model.ts';
import { testTarget } from './promql.ts';
import { annotationsOf, ruleGroups, yaml } from './rules-file.ts';
import { filledIn } from './templates.ts';

interface Case {
  series: readonly SampledSeries[];
  /** Minutes after the first sample. */
  at: number;
  fires: boolean;
}

/** When series step up, in minutes; those of a newborn process appear one sample before. */
const stepAt = 10;

/** Four cases for every alert, in promtool's format, by how often rules are evaluated: a day of minutes would take a minute. */
export function unitTestFiles(): readonly Output[] {
  const isOfDays = ({ proof }: Alert) => 'ofDays' in proof;
  return [
    { path: 'prometheus/rules.test.yaml', text: unitTests('1m', (alert) => !isOfDays(alert)) },
    { path: 'prometheus/rules.days.test.yaml', text: unitTests('15m', isOfDays) },
  ];
}

function unitTests(interval: string, which: (alert: Alert) => boolean): string {
  const tests = alerts
    .filter(which)
    .flatMap((alert) => caseNames.map((name) => unitTest(alert, name, caseOf(alert, name))));
  return `# Made by code: see dashboards/rules/unit-tests.ts. Run with promtool test rules.\n${yaml({
    rule_files: ['rules.yaml'],
    evaluation_interval: interval,
    // Without it the order is a matter of chance, and what an alert reads may not be recorded yet.
    group_eval_order: ruleGroups().map(({ name }) => name),
    tests,
  })}`;
}

function unitTest(alert: Alert, name: CaseName, { series, at, fires }: Case) {
  return {
    name: `${alert.name}: ${name}`,
    interval: '1m',
    input_series: series,
    alert_rule_test: [{ eval_time: `${at}m`, alertname: alert.name, exp_alerts: fires ? [expected(alert)] : [] }],
  };
}

export function caseOf(alert: Alert, name: CaseName): Case {
  const { proof } = alert;
  if ('cases' in proof) return proof.cases[name];
  const due = stepAt + 1 + waitOf(alert);
  switch (name) {
    case 'positive':
      return { series: sampled(proof.incident, (by) => `0x${stepAt - 1} ${by}x${due}`), at: due, fires: true };
    case 'quiet':
      return { series: sampled(proof.quiet, (by) => `0x${stepAt - 1} ${by}x${due}`), at: due, fires: false };
    case 'newborn':
      return { series: sampled(proof.incident, (by) => `_x${stepAt - 1} 0 ${by}x${due}`), at: due, fires: true };
    case 'recovered':
      return recovered(proof, due + proof.window + 1);
  }
}

/** The step has left every window, and a gauge has fallen back, once it had fired. */
function recovered({ incident, gauge }: Steps, at: number): Case {
  const values = (by: number) =>
    gauge ? `0x${stepAt - 1} ${by}x${at - stepAt - 2} 0x5` : `0x${stepAt - 1} ${by}x${at}`;
  return { series: sampled(incident, values), at, fires: false };
}

function sampled(moves: readonly Move[], values: (by: number) => string): readonly SampledSeries[] {
  return moves.map(({ series, by }) => ({ series, values: values(by) }));
}

function waitOf({ for: wait }: Alert): number {
  return wait === undefined ? 0 : Number.parseInt(wait, 10);
}

function expected(alert: Alert) {
  const { severity, proof } = alert;
  const placed = 'placeless' in proof ? {} : { cluster: testTarget.cluster, namespace: testTarget.namespace };
  const labels = { ...placed, ...proof.labels };
  const annotations = Object.entries(annotationsOf(alert)).map(([name, text]) => [
    name,
    filledIn(text, labels, proof.says),
  ]);
  return {
    exp_labels: { severity, ...labels },
    exp_annotations: Object.fromEntries(annotations),
  };
}
