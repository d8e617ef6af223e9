import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { RuleGroup } from '../../../dashboards/rules/rules-file.ts';

export const shippedRules = join(import.meta.dirname, '../../../dashboards/prometheus/rules.yaml');

/** How often an hour of waiting goes into these tests: what takes five minutes in production takes one second here. */
const scale = 300;

/** The shipped file, its expressions untouched, with every `for` made shorter. promtool holds the real ones. */
export function scaledRules(): string {
  const { groups }: { groups: readonly RuleGroup[] } = parse(readFileSync(shippedRules, 'utf8'));
  const rules = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => (rule.for === undefined ? rule : { ...rule, for: `${scaledSeconds(rule.for)}s` })),
  }));
  return stringify({ groups: rules }, { lineWidth: 0, aliasDuplicateObjects: false });
}

export function scaledSeconds(minutes: string | undefined): number {
  return minutes === undefined ? 0 : (Number.parseInt(minutes, 10) * 60) / scale;
}
