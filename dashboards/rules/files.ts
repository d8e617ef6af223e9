import type { Output } from '../output.ts';
import { operatorFile } from './operator.ts';
import { rulesFile } from './rules-file.ts';
import { runbook } from './runbook.ts';
import { unitTestFiles } from './unit-tests.ts';

export function ruleFiles(): readonly Output[] {
  return [
    { path: 'prometheus/rules.yaml', text: rulesFile() },
    ...unitTestFiles(),
    { path: 'prometheus/operator.yaml', text: operatorFile() },
    { path: 'runbook.md', text: runbook() },
  ];
}
