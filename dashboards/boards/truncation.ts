import type { Board, Row } from './model.ts';
import {
  bad,
  graph,
  once,
  plain,
  range,
  rowToRunbook,
  seriesToRunbook,
  stat,
  table,
  toBoard,
  toRunbook,
  worse,
} from './panels.ts';
import { perHour, quantile, share, top, total } from './promql.ts';

const judged: Row = {
  title: 'Are healthy runs called truncated?',
  panels: [
    stat({
      title: 'Called truncated',
      description:
        'Runs of the shown time that were cut off before their result, as the verdict says. Each has a cause below.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('truncations'))],
      links: [toRunbook('claude_truncated')],
    }),
    stat({
      title: 'Truncated, of all that ended',
      description: 'A share that stays the same while runs grow in number is the usual loss of nodes and memory.',
      unit: 'percentunit',
      decimals: 1,
      steps: worse(0.02, 0.1),
      queries: [once(share(total('truncations'), total('runsFinished')))],
    }),
    stat({
      title: 'Truncated, cause unknown',
      description:
        'Here a wrong verdict would show first: something stopped the run, and nothing that was seen says what. Open one in the logs and read what was ruled out.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('truncations', { where: { cause: 'unknown' } }))],
      links: [toBoard('run', 'Runs in the logs')],
    }),
    stat({
      title: 'Reported gone, and there',
      description:
        'Jobs that a watch, a list or a poll reported as gone and that a direct read found alive. Without that read each would have been a false verdict.',
      unit: 'short',
      steps: plain,
      queries: [once(total('verifications', { where: { answer: 'present' } }))],
    }),
    stat({
      title: 'Silent end, alive',
      description:
        'Output ended, and the container lived on: a log stream that was cut looks like its clean end. Without the grace period each would have been called truncated.',
      unit: 'short',
      steps: plain,
      queries: [once(total('grace', { where: { how: 'life' } }))],
      links: [toBoard('streams', 'Stream health')],
    }),
    stat({
      title: 'Not to be verified',
      description:
        'Direct reads that got no answer: the API was away or refused. A verdict after such a read says so in its cause.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('verifications', { where: { answer: 'unverifiable' } }))],
      links: [toBoard('api', 'Kubernetes API')],
    }),
  ],
};

const why: Row = {
  title: 'Why',
  panels: [
    graph({
      title: 'Truncations by cause',
      description: 'The points are exemplars: each leads to the trace of one such run.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('truncations', { by: ['cause'] }), '{{cause}}')],
      links: [toRunbook('claude_truncated'), toBoard('run', 'Runs in the logs')],
    }),
    graph({
      title: 'How containers ended',
      description:
        'The reason that the runtime gives, with the exit code: 137 is SIGKILL, 143 SIGTERM. OOMKilled is proven, 137 alone never is.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('terminations', { by: ['reason', 'exit'] }), '{{reason}} {{exit}}')],
      links: [toBoard('scheduling', 'Scheduling and pods')],
    }),
    table({
      title: 'Causes in the shown time',
      description: 'Every verdict but success, with its cause. The code leads to the runbook.',
      unit: 'short',
      queries: [once(top(20, total('errors', { by: ['code', 'cause'] })))],
      columns: { code: { name: 'Code', link: rowToRunbook }, cause: { name: 'Cause' }, Value: { name: 'Runs' } },
      width: 12,
    }),
    graph({
      title: 'Verdicts other than success',
      description: 'Which codes runs end with. A click on a series leads to what the runbook says of it.',
      unit: 'suffix: /h',
      height: 9,
      stacked: true,
      queries: [range(perHour('errors', { by: ['code'] }), '{{code}}')],
      seriesLinks: [seriesToRunbook],
    }),
  ],
};

const who: Row = {
  title: 'Who deletes Jobs',
  panels: [
    stat({
      title: 'Deleted by another client',
      description:
        'Jobs that somebody else deleted while they ran: no mark of ours, no owner that went, no TTL. Only the audit log of the API server can name who.',
      unit: 'short',
      steps: bad(1),
      height: 9,
      queries: [once(total('deletions', { where: { by: 'other_client' } }))],
      links: [toRunbook('k8s_job_deleted_externally')],
    }),
    graph({
      title: 'Deletions by actor',
      description: 'self is our own clean-up. The points are exemplars: each leads to the trace of one such run.',
      unit: 'suffix: /h',
      width: 10,
      height: 9,
      stacked: true,
      queries: [range(perHour('deletions', { by: ['by'] }), '{{by}}')],
      links: [toRunbook('k8s_job_deleted_externally')],
    }),
    table({
      title: 'Actor and how it was seen',
      description:
        'The route tells what the verdict rests on: our own delete, a deletion mark on the object, or an absence.',
      unit: 'short',
      width: 10,
      queries: [once(top(20, total('deletions', { by: ['by', 'route'] })))],
      columns: { by: { name: 'Deleted by' }, route: { name: 'Seen by' }, Value: { name: 'Jobs' } },
    }),
  ],
};

const evidence: Row = {
  title: 'What the verdicts rest on',
  panels: [
    graph({
      title: 'Direct reads before a Job is called gone',
      description: 'By answer, and by what had reported it gone.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('verifications', { by: ['answer', 'route'] }), '{{answer}} ({{route}})')],
    }),
    graph({
      title: 'Grace periods by what ended them',
      description: 'life: the container lived on. terminated: its end came after all. expired: neither came in time.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('grace', { by: ['how'] }), '{{how}}')],
    }),
    graph({
      title: 'Look-ups of the end of a container',
      description: 'By what they found; retries because the state lagged.',
      unit: 'suffix: /h',
      queries: [range(perHour('lookups', { by: ['state'] }), '{{state}}'), range(perHour('lookupRetries'), 'retries')],
    }),
    graph({
      title: 'Lag of the condition of a Job',
      description:
        'How long it came after the end of its container: 2 to 3 seconds on an idle cluster. The verdict does not wait for it.',
      unit: 's',
      steps: worse(30, 120),
      queries: [range(quantile(0.5, 'conditionLag'), 'median'), range(quantile(0.95, 'conditionLag'), '95 %')],
    }),
  ],
};

export const truncation: Board = {
  key: 'truncation',
  title: 'Claude Code: truncation and deletion',
  description: 'Are healthy runs called truncated? Who deletes Jobs? Why, and which trace shows it?',
  rows: [judged, why, who, evidence],
};
