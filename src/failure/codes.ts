import { claudeFailures } from './claude-codes.ts';
import { clusterFailures } from './cluster-codes.ts';

/** Codes are permanent: dashboards, agents and running Jobs know them by name. */
export const failures = { ...clusterFailures, ...claudeFailures } as const;
