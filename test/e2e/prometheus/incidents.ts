import type { alerts } from '../../../dashboards/rules/alerts/alerts.ts';
import type { HostName } from './hosts.ts';
import type { Until } from './replays.ts';
import type { Twist } from './twists.ts';

/** What happens in a row of the table: recorded incidents by their folder, each so often, through the real code. */
export interface Row {
  alerts: readonly (typeof alerts)[number]['name'][];
  plays: Readonly<Record<string, number>>;
  /** With something else on top of what was recorded. */
  twist?: Twist;
  /** They get no further. */
  until?: Until;
  /** The tracer of the host throws. */
  brokenTracer?: true;
  /** In a whole host with these surroundings, recorder and all. */
  host?: HostName;
}

/** In this order: what is judged by its share comes before what would drown it. Each alert is quiet until its own row. */
export const rows: readonly Row[] = [
  { alerts: ['ClaudeK8sNothingArrives'], plays: { 'success/short': 3 }, until: { told: 'job_created' } },
  { alerts: ['ClaudeK8sDeletesMoreThanEnds'], plays: { 'cancelled/mid-run': 3 }, until: { told: 'job_deleted' } },
  { alerts: ['ClaudeK8sNotScheduled', 'ClaudeK8sNoRoom'], plays: { 'k8s_pod_schedule_failed/unschedulable': 7 } },
  { alerts: ['ClaudeK8sApiUnreachable', 'ClaudeK8sWatchDegraded'], plays: { 'success/two-pods': 3 } },
  { alerts: ['ClaudeK8sApiErrors'], plays: { 'k8s_concurrency_guard_unreachable/api-silent': 3 } },
  { alerts: ['ClaudeK8sApiThrottled', 'ClaudeK8sScheduleSlow'], plays: { 'success/short': 4 }, twist: 'storm' },
  {
    alerts: ['ClaudeK8sCreateRefused', 'ClaudeK8sForbidden'],
    plays: { 'k8s_job_create_failed/no-right-to-create': 3 },
  },
  { alerts: ['ClaudeK8sCleanupFailing'], plays: { 'cancelled/no-right-to-delete': 3 } },
  { alerts: ['ClaudeK8sImagePull'], plays: { 'k8s_pod_schedule_failed/image': 2 } },
  { alerts: ['ClaudeK8sLogGap'], plays: { 'timeout/stalled': 1 } },
  {
    alerts: ['ClaudeK8sTruncationRate', 'ClaudeK8sDisruptions'],
    plays: { 'success/real-claude-tools': 14, 'claude_truncated/evicted-by-api': 5 },
  },
  { alerts: ['ClaudeK8sCostSurge'], plays: { 'success/real-claude-tools': 1 }, twist: 'dear' },
  { alerts: ['ClaudeK8sTimeouts', 'ClaudeK8sFailureRate'], plays: { 'timeout/deadline': 10 } },
  { alerts: ['ClaudeK8sModelApiFails'], plays: { 'claude_overloaded/529': 19 } },
  { alerts: ['ClaudeK8sModelApiRefuses'], plays: { 'claude_auth_required/401': 3 } },
  { alerts: ['ClaudeK8sClaudeBroken'], plays: { 'claude_exit_error/bad-flag': 3 } },
  { alerts: ['ClaudeK8sSessionsLost'], plays: { 'session_unavailable/unknown-session': 3 } },
  { alerts: ['ClaudeK8sOrphansBlock'], plays: { 'k8s_orphan_task_unknown/no-task-on-job': 3 } },
  { alerts: ['ClaudeK8sTruncationUnexplained'], plays: { 'claude_truncated/sigint': 1 } },
  { alerts: ['ClaudeK8sDeletionsByOthers'], plays: { 'success/deleted-after-result': 1 } },
  { alerts: ['ClaudeK8sJobDeletedExternally'], plays: { 'k8s_job_deleted_externally/kubectl': 1 } },
  { alerts: ['ClaudeK8sJobLeftRunning'], plays: { 'k8s_job_state_mismatch/pod-vanished': 1 } },
  { alerts: ['ClaudeK8sOutOfMemory'], plays: { 'claude_truncated/oom': 3 } },
  { alerts: ['ClaudeK8sLabelOverflow'], plays: { 'success/short': 1 }, twist: 'newReason' },
  { alerts: ['ClaudeK8sStreamsCut'], plays: { 'cancelled/on-silent-node': 14 } },
  {
    alerts: ['ClaudeK8sSilentRun'],
    plays: { 'cancelled/after-3-minutes-of-silence': 1 },
    twist: 'nobodyStopsIt',
    until: { told: 'silence', seconds: 2_400 },
  },
  {
    alerts: ['ClaudeK8sUnownedJobs'],
    plays: { 'success/adopted-expired': 1 },
    twist: 'oneMoreLeft',
    until: { told: 'container_started' },
  },
  { alerts: ['ClaudeK8sTelemetryProblem'], plays: { 'success/short': 1 }, host: 'exporterAway' },
  { alerts: ['ClaudeK8sListenerErrors'], plays: { 'success/short': 1 }, brokenTracer: true },
  { alerts: ['ClaudeK8sTracesIncomplete'], plays: { 'success/eighteen-minutes': 1 }, twist: 'cutEverySecond' },
  { alerts: ['ClaudeK8sBundlesFailing'], plays: { 'success/short': 1 }, host: 'folderIsAFile' },
  { alerts: ['ClaudeK8sRecorderDropped'], plays: { 'success/short': 1 }, host: 'littleMemory' },
];

/** Alerts that are about the process being gone: they come last, when it is stopped. */
export const whenStopped: Row['alerts'] = ['ClaudeK8sDown', 'ClaudeK8sAbsent'];
