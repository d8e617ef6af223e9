import { runbookUrl } from '../../src/cli/runbook-address.ts';
import { series } from './promql.ts';

/** What all boards share. */
export const tag = 'claude-k8s';
export const openedAt = { from: 'now-24h', to: 'now' } as const;
export const refresh = '1m';

/** Lines where a build appeared that was not there five minutes before. */
export const buildChanges = {
  name: 'Build changes',
  iconColor: 'purple',
  expr: `sum by (version, node) (${series('buildInfo')}) unless sum by (version, node) (${series('buildInfo')} offset 5m)`,
  step: '60s',
  titleFormat: 'Adapter {{version}}',
  textFormat: 'on Node {{node}}',
} as const;

/** Over every board. */
export const boardLinks = {
  boards: { title: 'Claude Code on Kubernetes', tooltip: 'The other boards' },
  runbook: { title: 'Runbook', tooltip: 'What to look at and what to run', url: runbookUrl },
} as const;
