import type { Alert } from '../model.ts';
import { apiAlerts } from './api.ts';
import { runAlerts } from './runs.ts';
import { schedulingAlerts } from './scheduling.ts';
import { streamAlerts } from './streams.ts';
import { telemetryAlerts } from './telemetry.ts';
import { truncationAlerts } from './truncation.ts';

/** By group, as Prometheus evaluates them: one after another within a group. */
export const alertGroups: Readonly<Record<string, readonly Alert[]>> = {
  'claude-k8s-truncation': truncationAlerts,
  'claude-k8s-runs': runAlerts,
  'claude-k8s-scheduling': schedulingAlerts,
  'claude-k8s-api': apiAlerts,
  'claude-k8s-streams': streamAlerts,
  'claude-k8s-telemetry': telemetryAlerts,
};

export const alerts: readonly Alert[] = Object.values(alertGroups).flat();
