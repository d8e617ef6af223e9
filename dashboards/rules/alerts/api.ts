import { fleet, kubectl, ready } from '../commands.ts';
import type { Alert } from '../model.ts';
import { increase, move } from '../promql.ts';
import { sum } from '../recording.ts';
import { count, label, percent } from '../templates.ts';

/** What a run can not do without. Nodes and claims are read only to say more, and not everybody may. */
const needed = ['jobs', 'pods', 'pods/log', 'secrets', 'events'] as const;
/** A log that can not be opened is a matter of its node, and is asked for again and again. */
const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete'] as const;

const asked = sum('requests15m', { where: { verb: verbs } });
const failing = sum('requests15m', { where: { verb: verbs, code: ['500', '502', '503', '504', 'none'] } });
const throttled = sum('requests15m', { where: { code: '429' } });
const silentAtAdmission = increase('errors', '10m', {
  where: { code: 'k8s_concurrency_guard_unreachable', cause: 'api_unreachable' },
});

/** Whether the Kubernetes API answers, and lets the adapter do what it must. */
export const apiAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sApiUnreachable',
    expr: `${increase('unreachable', '10m')} + ${silentAtAdmission} >= 3`,
    severity: 'critical',
    summary: 'The Kubernetes API does not answer',
    description: `Runs said ${count} times in the last ten minutes that the Kubernetes API does not answer. Nothing is decided meanwhile: no Job is called gone, and no clock of a run goes on.`,
    board: 'api',
    panel: 'Refused or unanswered in the shown time',
    runbook: {
      fires: 'At least three reports in ten minutes; one run makes one a minute, one that can not begin makes one.',
      look: ['Whether it is all processes or one: one alone points at its network.'],
      run: [ready, 'kubectl cluster-info', kubectl('get events --sort-by=.lastTimestamp')],
      isNot: ['The death of agents: their containers go on, and their output is read once the API is back.'],
      codes: ['k8s_concurrency_guard_unreachable'],
    },
    proof: {
      incident: [
        move('unreachable', 3),
        move('errors', 0, { code: 'k8s_concurrency_guard_unreachable', cause: 'api_unreachable' }),
      ],
      quiet: [
        move('unreachable', 1),
        move('errors', 1, { code: 'k8s_concurrency_guard_unreachable', cause: 'api_unreachable' }),
      ],
      says: '3',
      window: 10,
    },
  },
  {
    name: 'ClaudeK8sApiThrottled',
    expr: `${throttled} / ${sum('requests15m')} > 0.05 and ${throttled} >= 20`,
    for: '10m',
    severity: 'warning',
    summary: 'The API server sheds load of the adapter',
    description: `${percent} of the requests of the last quarter of an hour were answered with 429. They wait and are made again, so runs notice things later.`,
    board: 'api',
    panel: 'By status',
    runbook: {
      fires: 'At least twenty answers in a quarter of an hour and more than one in twenty, for ten minutes.',
      look: [
        'Requests for each run on the board of the Kubernetes API: is it us, or somebody else who loads the server?',
      ],
      run: [
        'kubectl get flowschemas,prioritylevelconfigurations',
        'kubectl get --raw /metrics | grep apiserver_flowcontrol_rejected_requests_total',
      ],
      isNot: ['A failure: no run ends because of it.'],
    },
    proof: {
      incident: [
        move('requests', 20, { verb: 'list', resource: 'jobs', code: '429' }),
        move('requests', 60, { verb: 'list', resource: 'jobs', code: '200' }),
      ],
      quiet: [
        move('requests', 3, { verb: 'list', resource: 'jobs', code: '429' }),
        move('requests', 7, { verb: 'list', resource: 'jobs', code: '200' }),
      ],
      says: '25%',
      window: 15,
    },
  },
  {
    name: 'ClaudeK8sApiErrors',
    expr: `${failing} / ${asked} > 0.1 and ${failing} >= 20`,
    for: '10m',
    severity: 'warning',
    summary: 'The API server answers with errors',
    description: `${percent} of the requests of the last quarter of an hour, logs that are followed aside, were answered with a 5xx or not at all.`,
    board: 'api',
    panel: 'By status',
    runbook: {
      fires: 'At least twenty such answers in a quarter of an hour and more than one in ten, for ten minutes.',
      look: ['Verb and resource: one resource alone points at a webhook, or at an extension of the API.'],
      run: [ready, 'kubectl get apiservices'],
      isNot: ['A node that is gone: its logs fail with 500 too, and are left out here.'],
    },
    proof: {
      incident: [
        move('requests', 20, { verb: 'get', resource: 'pods', code: '503' }),
        move('requests', 20, { verb: 'get', resource: 'pods', code: '200' }),
      ],
      quiet: [
        move('requests', 3, { verb: 'get', resource: 'pods', code: '503' }),
        move('requests', 30, { verb: 'follow', resource: 'pods/log', code: '500' }),
      ],
      says: '50%',
      window: 15,
    },
  },
  {
    name: 'ClaudeK8sForbidden',
    expr: `${increase('requests', '1h', { by: ['verb', 'resource'], where: { resource: needed, code: ['401', '403'] } })} >= 3`,
    severity: 'warning',
    summary: 'A right of the service account is missing',
    description: `${count} requests of the last hour to ${label('verb')} ${label('resource')} were refused. Runs that need it fail, or go a slower way.`,
    board: 'api',
    panel: 'Refused or unanswered in the shown time',
    runbook: {
      fires:
        'At least three refusals of one kind in an hour. Nodes and claims do not count: they only help to explain.',
      look: ['When it began, and who changed the role or the token then.'],
      run: [kubectl('auth can-i --list --as "$SERVICE_ACCOUNT"'), kubectl('get rolebindings,roles -o wide')],
      isNot: ['A right that was never granted on purpose: then silence this alert for its verb and resource.'],
      codes: ['k8s_concurrency_guard_unreachable', 'k8s_job_create_failed', 'k8s_prompt_secret_create_failed'],
    },
    proof: {
      incident: [move('requests', 3, { verb: 'delete', resource: 'jobs', code: '403' })],
      quiet: [
        move('requests', 1, { verb: 'delete', resource: 'jobs', code: '403' }),
        move('requests', 9, { verb: 'get', resource: 'nodes', code: '403' }),
      ],
      labels: { verb: 'delete', resource: 'jobs' },
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sWatchDegraded',
    expr: `${increase('watchDegraded', '1h', { by: ['kind'] })} >= 3`,
    severity: 'warning',
    summary: 'Watching does not work',
    description: `Runs were told ${count} times in the last hour that ${label('kind')} can not be watched. They poll instead: slower to notice, and dearer for the API server.`,
    board: 'api',
    panel: 'Watching degraded, by kind',
    runbook: {
      fires: 'At least three reports for one kind of object in an hour.',
      look: ['403 for the verb watch is a right; anything else is the API server, or a proxy that cuts long requests.'],
      run: [
        kubectl('auth can-i watch jobs --as "$SERVICE_ACCOUNT"'),
        kubectl('auth can-i watch pods --as "$SERVICE_ACCOUNT"'),
        fleet,
      ],
      isNot: ['A risk for verdicts: absence is always verified by a direct read.'],
    },
    proof: {
      incident: [move('watchDegraded', 3, { kind: 'pods' })],
      quiet: [move('watchDegraded', 1, { kind: 'pods' })],
      labels: { kind: 'pods' },
      says: '3',
      window: 60,
    },
  },
];
