import { bundlesOf, explain, fleet, kubectl, nodes, warnings } from '../commands.ts';
import type { Alert } from '../model.ts';
import { increase, move } from '../promql.ts';
import { sum } from '../recording.ts';
import { count, label, percent } from '../templates.ts';

const cut = sum('truncations1h');
const ended = sum('finished1h', { where: { outcome: ['success', 'failure'] } });

/** Runs that were cut off, Jobs that went away, and what may still run. */
export const truncationAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sTruncationRate',
    expr: `${cut} / ${ended} > 0.1 and ${cut} >= 3`,
    for: '5m',
    severity: 'critical',
    summary: 'Claude is cut off before its result',
    description: `${percent} of the runs that came out in the last hour were cut off before their result. The verdict names the cause of each as far as the evidence goes.`,
    board: 'truncation',
    panel: 'Truncations by cause',
    runbook: {
      fires: 'More than one run in ten of an hour was cut off before its result, and at least three of them were.',
      look: [
        'Is it one cause? oom_killed asks for memory, the names of disruptions for the nodes, sigterm and deleted_by_other for whoever deletes pods.',
        'Is it one node, one image or one agent? The board of runs counts failures by each.',
      ],
      run: [fleet, warnings, bundlesOf('claude_truncated'), explain],
      isNot: [
        'A stream that broke: a connection that ends, resets or is refused never makes this verdict.',
        'A Job that somebody deleted: that is k8s_job_deleted_externally, and its own alert.',
      ],
      codes: ['claude_truncated'],
    },
    proof: {
      incident: [move('truncations', 3, { cause: 'oom_killed' }), move('runsFinished', 10, { outcome: 'failure' })],
      quiet: [move('truncations', 1, { cause: 'oom_killed' }), move('runsFinished', 2, { outcome: 'failure' })],
      says: '30%',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sTruncationUnexplained',
    expr: `${sum('truncations1h', { where: { cause: 'unknown' } })} > 0`,
    severity: 'warning',
    summary: 'Claude was cut off and nothing says why',
    description: `${count} run(s) of the last hour were cut off, and no observation proves a cause. If a verdict of this adapter can be wrong, it shows here first.`,
    board: 'truncation',
    panel: 'Truncated, cause unknown',
    runbook: {
      fires: 'One run is enough: it alone is the incident.',
      look: ['What the verdict ruled out, and the last observations before it: the trace has both.'],
      run: [bundlesOf('claude_truncated'), explain, 'claude-k8s replay "$CLAUDE_K8S_INCIDENT_DIR/$BUNDLE" --strict'],
      isNot: ['A proof that the adapter is wrong: unknown is a legal answer, and said where a guess would be easy.'],
      codes: ['claude_truncated'],
    },
    proof: {
      incident: [move('truncations', 1, { cause: 'unknown' })],
      quiet: [move('truncations', 1, { cause: 'oom_killed' })],
      says: '1',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sJobDeletedExternally',
    expr: `${increase('errors', '30m', { by: ['cause'], where: { code: 'k8s_job_deleted_externally' } })} > 0`,
    severity: 'critical',
    summary: 'A living Job was deleted, and not by its run',
    description: `${count} run(s) of the last half hour lost their Job before their container ended (cause: ${label('cause')}). No mark of the run is on the delete; who it was only the audit log of the API server can tell.`,
    board: 'truncation',
    panel: 'Deletions by actor',
    runbook: {
      fires: 'One run is enough: it alone is the incident.',
      look: [
        'The cause: deleted_by_other is another client, ttl_expired the TTL controller, unknown an absence that nobody saw begin.',
        'Whether other controllers own objects in the namespace: a GitOps prune, a clean-up job, a namespace that goes.',
      ],
      run: [
        bundlesOf('k8s_job_deleted_externally'),
        explain,
        kubectl('get events --field-selector involvedObject.kind=Job --sort-by=.lastTimestamp'),
        kubectl('auth can-i delete jobs --as "$SUSPECT"'),
      ],
      isNot: [
        'Our own clean-up: every delete of ours carries a mark that is written before it, and counts as self.',
        'A pod that was deleted or evicted while its Job stayed: that is claude_truncated.',
      ],
      codes: ['k8s_job_deleted_externally'],
    },
    proof: {
      incident: [move('errors', 1, { code: 'k8s_job_deleted_externally', cause: 'deleted_by_other' })],
      quiet: [move('errors', 1, { code: 'cancelled', cause: 'none' })],
      labels: { cause: 'deleted_by_other' },
      says: '1',
      window: 30,
    },
  },
  {
    name: 'ClaudeK8sDeletionsByOthers',
    expr: `${sum('deletions1h', { where: { by: 'other_client' } })} > 0`,
    severity: 'warning',
    summary: 'Another client deletes Jobs of agents',
    description: `${count} Job(s) of the last hour were deleted by another client, before or after the run had its result. A run that had it is a success all the same.`,
    board: 'truncation',
    panel: 'Deleted by another client',
    runbook: {
      fires: 'One Job is enough: whoever deletes one will delete the next.',
      look: ['Actor and route on the board of truncation and deletion; exemplars lead to the run.'],
      run: [fleet, kubectl('get events --field-selector involvedObject.kind=Job --sort-by=.lastTimestamp')],
      isNot: ['A lost run by itself: where one was lost, ClaudeK8sJobDeletedExternally fires too.'],
      codes: ['k8s_job_deleted_externally'],
    },
    proof: {
      incident: [move('deletions', 1, { by: 'other_client', route: 'deletion-timestamp' })],
      quiet: [move('deletions', 2, { by: 'self', route: 'own-delete' })],
      says: '1',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sDeletesMoreThanEnds',
    expr: `${sum('deletions1h', { where: { by: 'self' } })} - 1.05 * ${sum('finished1h')} > 2`,
    for: '15m',
    severity: 'critical',
    summary: 'The adapter deletes more Jobs than runs end',
    description: `In the last hour ${count} more Jobs were deleted by the adapter itself than runs ended, with the tolerance taken off. A run deletes its own Job once, and only once it has a verdict or was asked to stop: Jobs may be dying that nobody meant to stop.`,
    board: 'truncation',
    panel: 'Actor and how it was seen',
    runbook: {
      fires: 'Over an hour the own deletes exceed the ended runs by more than 2 and 5 %, for a quarter of an hour.',
      look: [
        'Deletions by actor against runs by outcome.',
        'Whether a new build came in: the purple lines on every board.',
      ],
      run: [fleet, kubectl('logs deployment/"$HOST" --since 1h | grep -i deleted'), 'claude-k8s --version'],
      isNot: ['A burst of cancels: those runs end too, within the quarter of an hour that the alert waits.'],
    },
    proof: {
      incident: [
        move('deletions', 5, { by: 'self', route: 'own-delete' }),
        move('runsFinished', 0, { outcome: 'success' }),
      ],
      quiet: [
        move('deletions', 5, { by: 'self', route: 'own-delete' }),
        move('runsFinished', 5, { outcome: 'success' }),
      ],
      says: '5',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sJobLeftRunning',
    expr: `${sum('errors1h', { where: { code: 'k8s_job_state_mismatch' } })} > 0`,
    severity: 'warning',
    summary: 'A run was given up whose agent may still work',
    description: `${count} run(s) of the last hour ended without proof that their container did. Their Jobs were left alone on purpose and may still write to the shared volume.`,
    board: 'overview',
    panel: 'Failures in the shown time',
    runbook: {
      fires: 'One run is enough: somebody has to look whether the agent still works.',
      look: ['The node of the pod: is it Ready? A lost node keeps its containers running, unseen.'],
      run: [fleet, nodes, kubectl('get pod "$POD" -o yaml'), explain],
      isNot: ['A dead agent. Delete the Job by hand once you know that nothing of it is alive.'],
      codes: ['k8s_job_state_mismatch'],
    },
    proof: {
      incident: [move('errors', 1, { code: 'k8s_job_state_mismatch', cause: 'unknown' })],
      quiet: [move('errors', 1, { code: 'k8s_run_handed_over', cause: 'none' })],
      says: '1',
      window: 60,
    },
  },
];
