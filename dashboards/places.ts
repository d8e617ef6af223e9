import { runbookUrl } from '../src/cli/runbook-address.ts';

/** What boards, rules and the runbook know of each other. A uid is permanent: links and bookmarks go by it. */
export const boardUids = {
  overview: 'claude-k8s-overview',
  truncation: 'claude-k8s-truncation',
  streams: 'claude-k8s-streams',
  scheduling: 'claude-k8s-scheduling',
  api: 'claude-k8s-api',
  run: 'claude-k8s-run',
  telemetry: 'claude-k8s-telemetry',
} as const;

export type BoardKey = keyof typeof boardUids;

/** A section of the runbook: the name of an alert, or an error code. */
export function runbookAt(anchor: string): string {
  return `${runbookUrl}#${anchor}`;
}
