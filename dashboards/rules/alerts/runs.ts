import type { FailureCode } from '../../../src/failure/table.ts';
import { bundlesOf, explain, fleet, kubectl } from '../commands.ts';
import type { Alert } from '../model.ts';
import { move, scraped, selector } from '../promql.ts';
import { sum } from '../recording.ts';
import { count, dollars, percent } from '../templates.ts';

const ended = sum('finished1h', { where: { outcome: ['success', 'failure'] } });
const failed = sum('finished1h', { where: { outcome: 'failure' } });
const withCode = (...code: readonly FailureCode[]) => sum('errors1h', { where: { code } });

const refused = ['claude_auth_required', 'claude_model_unavailable', 'claude_quota_exhausted'] as const;
const busy = ['claude_rate_limited', 'claude_overloaded', 'llm_api_error'] as const;
const broken = ['claude_init_failed', 'claude_exit_error', 'claude_output_unparseable'] as const;
const orphaned = ['k8s_orphan_task_unknown', 'k8s_orphan_session_mismatch', 'k8s_pod_reattach_failed'] as const;

/** How runs come out, and what they cost. */
export const runAlerts: readonly Alert[] = [
  {
    name: 'ClaudeK8sFailureRate',
    expr: `${failed} / ${ended} > 0.5 and ${ended} >= 10`,
    for: '10m',
    severity: 'critical',
    summary: 'Most runs fail',
    description: `${percent} of the runs that came out in the last hour failed, of at least ten. Cancelled and handed-over runs do not count.`,
    board: 'overview',
    panel: 'Failures by code',
    runbook: {
      fires: 'More than half of at least ten runs of an hour failed, for ten minutes.',
      look: ['Which code: one code points at one thing. Its section below says where to look.'],
      run: ['claude-k8s errors', fleet, explain],
      isNot: ['A measure of how well agents solve their tasks: a run with a result is a success, whatever it says.'],
    },
    proof: {
      incident: [move('runsFinished', 6, { outcome: 'failure' }), move('runsFinished', 4, { outcome: 'success' })],
      quiet: [move('runsFinished', 2, { outcome: 'failure' })],
      says: '60%',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sModelApiRefuses',
    expr: `${withCode(...refused)} >= 3`,
    for: '5m',
    severity: 'critical',
    summary: 'The model API refuses the account, the model or the balance',
    description: `${count} runs of the last hour ended because the model API refused the credentials, the model or the balance. Nothing gets better by trying again.`,
    board: 'overview',
    panel: 'Failures by code',
    runbook: {
      fires: 'At least three runs of an hour, for five minutes.',
      look: ['The code says which of the three it is; the message has the words of the API.'],
      run: refused.map((code) => `claude-k8s errors ${code}`),
      isNot: ['A matter of the cluster: the pod ran and reached the API.'],
      codes: refused,
    },
    proof: {
      incident: [move('errors', 3, { code: 'claude_auth_required', cause: 'none' })],
      quiet: [move('errors', 1, { code: 'claude_auth_required', cause: 'none' })],
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sModelApiFails',
    expr: `${withCode(...busy)} / ${ended} > 0.25 and ${withCode(...busy)} >= 5`,
    for: '10m',
    severity: 'warning',
    summary: 'The model API limits, is overloaded or fails',
    description: `${percent} of the runs that came out in the last hour ended because the model API answered 429, 529 or with an error until Claude gave up.`,
    board: 'overview',
    panel: 'Failures by code',
    runbook: {
      fires: 'At least five runs of an hour and more than a quarter of those that came out, for ten minutes.',
      look: ['The status page of the API; how many agents run at once; any proxy between.'],
      run: [...busy.map((code) => `claude-k8s errors ${code}`), kubectl('get jobs --no-headers | wc -l')],
      isNot: ['Lost work: sessions are on the shared volume, and a later run resumes them.'],
      codes: busy,
    },
    proof: {
      incident: [
        move('errors', 5, { code: 'claude_overloaded', cause: 'none' }),
        move('runsFinished', 10, { outcome: 'failure' }),
      ],
      quiet: [
        move('errors', 1, { code: 'claude_overloaded', cause: 'none' }),
        move('runsFinished', 2, { outcome: 'failure' }),
      ],
      says: '50%',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sClaudeBroken',
    expr: `${withCode(...broken)} >= 3`,
    for: '5m',
    severity: 'warning',
    summary: 'Claude Code itself ends with errors',
    description: `${count} runs of the last hour ended by an error of Claude Code, or without an output that can be read. An image, an argument or the environment is the usual reason.`,
    board: 'overview',
    panel: 'Failures by code',
    runbook: {
      fires: 'At least three runs of an hour, for five minutes.',
      look: ['What changed: image, extraArgs, env. The board of runs counts failures by image.'],
      run: [bundlesOf('claude_exit_error'), explain, kubectl('logs "$POD" -c claude --tail 20')],
      isNot: ['A cut: those processes ended themselves.'],
      codes: broken,
    },
    proof: {
      incident: [move('errors', 3, { code: 'claude_exit_error', cause: 'config_error' })],
      quiet: [move('errors', 1, { code: 'claude_exit_error', cause: 'config_error' })],
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sTimeouts',
    expr: `${withCode('timeout')} / ${ended} > 0.2 and ${withCode('timeout')} >= 3`,
    for: '10m',
    severity: 'warning',
    summary: 'Runs take longer than they may',
    description: `${percent} of the runs that came out in the last hour were ended by their time limit, or because nothing was printed for stallTimeoutSec.`,
    board: 'overview',
    panel: 'Duration of runs',
    runbook: {
      fires: 'At least three runs of an hour and more than one in five, for ten minutes.',
      look: ['The cause: deadline_exceeded is a limit, stalled a silence. Many at once: is the model API slow?'],
      run: [bundlesOf('timeout'), explain],
      isNot: ['A hang of the adapter: it ended these runs as it was told to.'],
      codes: ['timeout'],
    },
    proof: {
      incident: [
        move('errors', 3, { code: 'timeout', cause: 'deadline_exceeded' }),
        move('runsFinished', 10, { outcome: 'failure' }),
      ],
      quiet: [
        move('errors', 1, { code: 'timeout', cause: 'deadline_exceeded' }),
        move('runsFinished', 2, { outcome: 'failure' }),
      ],
      says: '30%',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sSessionsLost',
    expr: `${withCode('session_unavailable')} >= 3`,
    for: '5m',
    severity: 'warning',
    summary: 'Sessions to resume are not there',
    description: `${count} runs of the last hour asked for a session that Claude did not find. The shared volume, or claudeConfigDir, is not that of the earlier runs.`,
    board: 'overview',
    panel: 'Failures by code',
    runbook: {
      fires: 'At least three runs of an hour, for five minutes: one alone may be a session that was cleaned up.',
      look: ['Whether the claim is the one it was, and whether claudeConfigDir was changed.'],
      run: [kubectl('get persistentvolumeclaims'), kubectl('describe pod "$POD"')],
      isNot: ['A fault of the model API: it was never asked.'],
      codes: ['session_unavailable'],
    },
    proof: {
      incident: [move('errors', 3, { code: 'session_unavailable', cause: 'none' })],
      quiet: [move('errors', 1, { code: 'session_unavailable', cause: 'none' })],
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sOrphansBlock',
    expr: `${withCode(...orphaned)} >= 3`,
    for: '5m',
    severity: 'warning',
    summary: 'Jobs of earlier runs keep agents from running',
    description: `${count} runs of the last hour found a Job of an earlier run that they may not adopt or can not follow. It is never killed by a guess, so somebody has to look.`,
    board: 'scheduling',
    panel: 'Failures before the start, by code',
    runbook: {
      fires: 'At least three runs of an hour, for five minutes.',
      look: ['The message of the run names the Job; its labels say which agent and task it is of.'],
      run: [fleet, kubectl('get job "$JOB" -o yaml'), kubectl('logs job/"$JOB" -c claude --tail 20')],
      isNot: ['A leak that deletes itself: an unfinished Job lives until it ends or is adopted or deleted by hand.'],
      codes: orphaned,
    },
    proof: {
      incident: [move('errors', 3, { code: 'k8s_orphan_task_unknown', cause: 'none' })],
      quiet: [move('errors', 1, { code: 'k8s_orphan_task_unknown', cause: 'none' })],
      says: '3',
      window: 60,
    },
  },
  {
    name: 'ClaudeK8sCostSurge',
    expr: `${sum('cost1h')} > 20 and ${sum('cost1h')} > 3 * sum by (cluster, namespace) (increase(${selector('cost')}[1d] offset 1h)) / 24`,
    for: '15m',
    severity: 'warning',
    summary: 'Runs cost three times what they usually do',
    description: `The runs that ended in the last hour cost ${dollars} US dollars, more than three times the hourly mean of the day before. Cost counts when a run ends, as Claude Code reports it.`,
    board: 'overview',
    panel: 'Cost by model',
    runbook: {
      fires:
        'More than 20 US dollars in an hour and three times the hourly mean of the day before, for a quarter of an hour.',
      look: ['Which model; how many runs; whether one agent runs over and over (the board of runs counts by agent).'],
      run: [fleet],
      isNot: ['A bill: it is what Claude Code computes, and an agent without a day of history has no mean to exceed.'],
    },
    proof: {
      ofDays: true,
      says: '30.00',
      cases: {
        positive: { series: [spent('0+0.1x1560 156.5+0.5x120')], at: 1640, fires: true },
        // As dear every day.
        quiet: { series: [spent('0+0.5x1640')], at: 1640, fires: false },
        // Another model, beside one that has a history.
        newborn: {
          series: [spent('0+0.01x1700'), spent('_x1600 0 29.4x60', 'claude-opus-5-5')],
          at: 1620,
          fires: true,
        },
        recovered: { series: [spent('0+0.1x1560 156.5+0.5x60 186.1+0.1x140')], at: 1700, fires: false },
      },
    },
  },
];

function spent(values: string, model = 'claude-sonnet-5') {
  return { series: scraped('cost', { model }), values };
}
