import { disruptions } from '../../../src/failure/failure-class.ts';
import { bundlesOf, explain, fleet, kubectl, nodes, warnings } from '../commands.ts';
import type { Alert } from '../model.ts';
import { highest, increase, move, scraped } from '../promql.ts';
import { scheduleSeconds, sum } from '../recording.ts';
import { count, label, seconds } from '../templates.ts';

const pulling = [
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
] as const;
const noRoom = ['Unschedulable', 'FailedScheduling'] as const;
const started = increase('admissions', '30m', { where: { how: ['created', 'adopted'] } });

/** Whether agents get a place to run, and whether they keep it. */
export const schedulingAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sNotScheduled',
    expr: `${increase('errors', '30m', { by: ['cause'], where: { code: 'k8s_pod_schedule_failed' } })} >= 3`,
    for: '5m',
    severity: 'critical',
    summary: 'Agents never start',
    description: `${count} runs of the last half hour gave up because their container did not start (cause: ${label('cause')}).`,
    board: 'scheduling',
    panel: 'Failures before the start, by code',
    runbook: {
      fires: 'At least three runs of half an hour for one cause, for five minutes.',
      look: ['The cause; then what pods waited for, on the board of scheduling and pods.'],
      run: [
        fleet,
        warnings,
        kubectl('describe pod "$POD"'),
        'kubectl describe nodes',
        bundlesOf('k8s_pod_schedule_failed'),
      ],
      isNot: ['A failure of Claude: it never ran, and nothing was lost.'],
      codes: ['k8s_pod_schedule_failed'],
    },
    proof: {
      incident: [move('errors', 3, { code: 'k8s_pod_schedule_failed', cause: 'unschedulable' })],
      quiet: [move('errors', 1, { code: 'k8s_pod_schedule_failed', cause: 'unschedulable' })],
      labels: { cause: 'unschedulable' },
      says: '3',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sCreateRefused',
    expr: `${increase('errors', '30m', { by: ['code', 'cause'], where: { code: ['k8s_job_create_failed', 'k8s_prompt_secret_create_failed'] } })} >= 3`,
    for: '5m',
    severity: 'critical',
    summary: 'The API server takes no Jobs',
    description: `${count} runs of the last half hour could not create what they need (${label('code')}, cause: ${label('cause')}).`,
    board: 'scheduling',
    panel: 'Failures before the start, by code',
    runbook: {
      fires: 'At least three runs of half an hour for one cause, for five minutes.',
      look: ['The message has the words of the API server: a quota, an admission webhook, a right.'],
      run: [
        kubectl('auth can-i create jobs --as "$SERVICE_ACCOUNT"'),
        kubectl('auth can-i create secrets --as "$SERVICE_ACCOUNT"'),
        kubectl('describe resourcequota'),
        'kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations',
        explain,
      ],
      isNot: ['An unreachable API, unless the cause says so: a refusal is an answer.'],
      codes: ['k8s_job_create_failed', 'k8s_prompt_secret_create_failed'],
    },
    proof: {
      incident: [move('errors', 3, { code: 'k8s_job_create_failed', cause: 'rbac' })],
      quiet: [move('errors', 1, { code: 'k8s_job_create_failed', cause: 'rbac' })],
      labels: { code: 'k8s_job_create_failed', cause: 'rbac' },
      says: '3',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sImagePull',
    expr: `${increase('waits', '30m', { where: { reason: pulling } })} >= 4`,
    for: '5m',
    severity: 'warning',
    summary: 'Images of agents can not be pulled',
    description: `Agents waited ${count} times in the last half hour because an image could not be pulled. One run reports it once or twice.`,
    board: 'scheduling',
    panel: 'What pods wait for',
    runbook: {
      fires: 'At least four such waits in half an hour, for five minutes: two runs at least.',
      look: ['Which image, on which node: one node alone may not reach the registry.'],
      run: [
        warnings,
        kubectl('describe pod "$POD"'),
        kubectl('get secrets --field-selector type=kubernetes.io/dockerconfigjson'),
      ],
      isNot: ['A slow pull: that is shown as ContainerCreating, and patience does not run meanwhile.'],
      codes: ['k8s_pod_schedule_failed'],
    },
    proof: {
      incident: [move('waits', 4, { reason: 'ImagePullBackOff' })],
      quiet: [move('waits', 2, { reason: 'ErrImagePull' })],
      says: '4',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sNoRoom',
    expr: `${increase('waits', '30m', { where: { reason: noRoom } })} >= 5 and ${increase('waits', '30m', { where: { reason: noRoom } })} > 0.5 * ${started}`,
    for: '10m',
    severity: 'warning',
    summary: 'Agents wait for a node',
    description: `Agents were told ${count} times in the last half hour that no node takes them, for more than half of the Jobs that began. They wait; an autoscaler may make room before their patience ends.`,
    board: 'scheduling',
    panel: 'What pods wait for',
    runbook: {
      fires:
        'At least five such waits in half an hour, and for more than half of the Jobs that began, for ten minutes.',
      look: ['Requests of the agents against what the nodes have; taints and selectors; the autoscaler.'],
      run: ['kubectl describe nodes', 'kubectl get nodes -o wide', warnings],
      isNot: ['A failure yet: ClaudeK8sNotScheduled says when runs give up.'],
      codes: ['k8s_pod_schedule_failed'],
    },
    proof: {
      incident: [move('waits', 5, { reason: 'Unschedulable' }), move('admissions', 5, { how: 'created' })],
      quiet: [move('waits', 2, { reason: 'Unschedulable' }), move('admissions', 2, { how: 'created' })],
      says: '5',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sScheduleSlow',
    expr: `${scheduleSeconds} > 300 and ${started} >= 5`,
    for: '15m',
    severity: 'warning',
    summary: 'Agents start slowly',
    description: `One in twenty containers took ${seconds} or longer to start, of the last half hour.`,
    board: 'scheduling',
    panel: 'Time to the start of the container',
    runbook: {
      fires:
        'The 95th percentile is over five minutes with at least five Jobs in half an hour, for a quarter of an hour.',
      look: ['Reasons to wait: a large image on fresh nodes, a full cluster, a volume that attaches slowly.'],
      run: [warnings, nodes, kubectl('describe pod "$POD"')],
      isNot: ['A slow model: the agent has not begun.'],
      codes: ['k8s_pod_schedule_failed'],
    },
    proof: {
      incident: [...scheduled('900', 5), ...scheduled('+Inf', 5), move('admissions', 5, { how: 'created' })],
      quiet: [...scheduled('900', 1), ...scheduled('+Inf', 1), move('admissions', 1, { how: 'created' })],
      says: '14m 15s',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sOutOfMemory',
    expr: `${increase('terminations', '1h', { where: { reason: 'OOMKilled' } })} >= 3`,
    severity: 'warning',
    summary: 'Agents run out of memory',
    description: `${count} containers of the last hour ended with the reason OOMKilled. The runtime also gives it where only a child of Claude was killed and the run went on.`,
    board: 'scheduling',
    panel: 'Containers that ended, by reason',
    runbook: {
      fires: 'At least three containers of an hour.',
      look: ['The exit code: 137 is the agent itself, any other a child process.'],
      run: [kubectl('top pods --containers'), kubectl('describe pod "$POD"'), explain],
      isNot: ['An eviction: a node that runs short of memory evicts, and says so.'],
      codes: ['claude_truncated'],
    },
    proof: {
      incident: [move('terminations', 3, { reason: 'OOMKilled', exit: '137' })],
      quiet: [move('terminations', 1, { reason: 'OOMKilled', exit: '137' })],
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sDisruptions',
    expr: `${sum('errors1h', { by: ['cause'], where: { cause: disruptions } })} >= 3`,
    severity: 'warning',
    summary: 'The cluster takes agents off their nodes',
    description: `${count} runs of the last hour ended because their pod was taken away (cause: ${label('cause')}).`,
    board: 'truncation',
    panel: 'Causes in the shown time',
    runbook: {
      fires: 'At least three runs of an hour for one cause.',
      look: ['Who drains, scales down, preempts or taints: the cause names the kind of actor, never the person.'],
      run: [nodes, 'kubectl describe node "$NODE"', 'kubectl get events -A --field-selector involvedObject.kind=Node'],
      isNot: ['A memory limit: that is oom_killed, whatever the node has left.'],
      codes: ['claude_truncated', 'claude_init_failed', 'k8s_pod_schedule_failed'],
    },
    proof: {
      incident: [move('errors', 3, { code: 'claude_truncated', cause: 'evicted' })],
      quiet: [move('errors', 1, { code: 'claude_truncated', cause: 'evicted' })],
      labels: { cause: 'evicted' },
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sUnownedJobs',
    expr: `${highest('unowned')} > 0`,
    for: '30m',
    severity: 'warning',
    summary: 'Jobs of agents live that no process answers for',
    description: `${count} living Job(s) have had no process that answers for them for half an hour. They use up resources, and nobody reads what they print.`,
    board: 'scheduling',
    panel: 'Jobs without an owner over time',
    runbook: {
      fires: 'One Job is enough, for half an hour: a host that restarts takes its Jobs up long before.',
      look: ['Holder and last renewal, in the annotations of the Job; whether the agent is still known to the host.'],
      run: [fleet, kubectl('get job "$JOB" -o yaml'), 'claude-k8s run --attach "$JOB" --namespace "$NAMESPACE"'],
      isNot: ['A Job in a queue, or one of another adapter.'],
      codes: ['k8s_orphan_task_unknown', 'k8s_orphan_session_mismatch'],
    },
    proof: { incident: [move('unowned', 2)], quiet: [move('unowned', 0)], says: '2', window: 1, gauge: true },
  },
  {
    name: 'ClaudeK8sCleanupFailing',
    expr: `${increase('cleanupFailures', '1h')} >= 3`,
    severity: 'warning',
    summary: 'Jobs are not cleaned up',
    description: `${count} clean-up steps of the last hour failed. No verdict is touched; the Jobs stay until their time-to-live ends.`,
    board: 'scheduling',
    panel: 'Clean-up that failed',
    runbook: {
      fires: 'At least three in an hour.',
      look: ['Most often a right that is missing: the request and its status are on the board of the Kubernetes API.'],
      run: [
        kubectl('auth can-i delete jobs --as "$SERVICE_ACCOUNT"'),
        kubectl('auth can-i patch jobs --as "$SERVICE_ACCOUNT"'),
        fleet,
      ],
      isNot: ['A failed run: the verdict was known before.'],
    },
    proof: { incident: [move('cleanupFailures', 3)], quiet: [move('cleanupFailures', 1)], says: '3', window: 60 },
  },
];

/** Containers that took from 300 to 900 seconds to start. */
function scheduled(le: string, by: number) {
  return [{ series: scraped('phaseDuration', { phase: 'schedule' }, le), by }];
}
