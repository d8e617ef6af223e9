import { runbookAt } from '../places.ts';
import { is, isThere, label, mostFrequent, perStep, records, say } from './logql.ts';
import type { Board, Row } from './model.ts';
import { bars, graph, lines, logOnce, logRange, plain, table, toBoard, trace, traces } from './panels.ts';
import { spansWhere } from './traceql.ts';

const failed = records(['run_ended'], isThere('error.type'));

const which: Row = {
  title: 'Which runs failed?',
  panels: [
    graph({
      title: 'Runs that ended, by verdict',
      description: 'From the log events, so that a run counts here even where nobody scrapes metrics.',
      unit: 'short',
      width: 24,
      height: 6,
      stacked: true,
      queries: [
        logRange(perStep(['claude_k8s.verdict'], records(['run_ended'])), `{{${label('claude_k8s.verdict')}}}`),
      ],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
    lines({
      title: 'Runs that failed',
      description:
        'One line for each. Open it: it has the evidence, what was ruled out, and the links to its trace; copy its run id to the top of this board.',
      height: 9,
      queries: [
        logRange(
          [
            failed,
            say(
              { name: 'claude_k8s.verdict' },
              { name: 'claude_k8s.cause' },
              '- run',
              { name: 'claude_k8s.run.id' },
              'of agent',
              { name: 'claude_k8s.agent.id' },
              'on',
              { name: 'k8s.node.name' },
              'Job',
              { name: 'k8s.job.name' },
            ),
          ].join(' | '),
        ),
      ],
    }),
  ],
};

const most: Row = {
  title: 'Where do failures gather?',
  panels: [
    bars({
      title: 'Verdicts',
      description: 'Failed runs of the shown time by code and cause. A click leads to the runbook.',
      unit: 'short',
      steps: plain,
      queries: [
        logOnce(
          mostFrequent(10, ['claude_k8s.verdict', 'claude_k8s.cause'], failed),
          `{{${label('claude_k8s.verdict')}}} {{${label('claude_k8s.cause')}}}`,
        ),
      ],
      seriesLinks: [{ title: 'Runbook', url: runbookAt(`\${__field.labels.${label('claude_k8s.verdict')}}`) }],
    }),
    bars({
      title: 'Agents',
      description: 'Failed runs of the shown time by agent: one agent alone points at its task or its limits.',
      unit: 'short',
      steps: plain,
      queries: [logOnce(mostFrequent(10, ['claude_k8s.agent.id'], failed), `{{${label('claude_k8s.agent.id')}}}`)],
    }),
    bars({
      title: 'Nodes',
      description: 'Failed runs of the shown time by node: one node alone points at the machine.',
      unit: 'short',
      steps: plain,
      queries: [logOnce(mostFrequent(10, ['k8s.node.name'], failed), `{{${label('k8s.node.name')}}}`)],
    }),
    bars({
      title: 'Images',
      description: 'Failed runs of the shown time by image: a new image alone points at what changed in it.',
      unit: 'short',
      steps: plain,
      queries: [logOnce(mostFrequent(10, ['container.image.name'], failed), `{{${label('container.image.name')}}}`)],
    }),
    bars({
      title: 'Nodes, truncated runs only',
      description: 'Where runs were cut off before their result.',
      unit: 'short',
      steps: plain,
      queries: [
        logOnce(
          mostFrequent(
            10,
            ['k8s.node.name', 'claude_k8s.cause'],
            [failed, is('claude_k8s.verdict', 'claude_truncated')].join(' | '),
          ),
          `{{${label('k8s.node.name')}}} {{${label('claude_k8s.cause')}}}`,
        ),
      ],
    }),
    bars({
      title: 'Who deleted Jobs',
      description: 'From the log events of deleted Jobs, by actor and by how it was seen.',
      unit: 'short',
      steps: plain,
      queries: [
        logOnce(
          mostFrequent(10, ['claude_k8s.job.deleted_by', 'claude_k8s.route'], records(['job_deleted'])),
          `{{${label('claude_k8s.job.deleted_by')}}} ({{${label('claude_k8s.route')}}})`,
        ),
      ],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
  ],
};

const one: Row = {
  title: 'One run: write its id, or that of its trace, at the top',
  panels: [
    lines({
      title: 'What happened, in order',
      description:
        'The log events of the run, or of the trace. The end of a run has its verdict and all evidence for it.',
      queries: [logRange(records([], `${label('claude_k8s.run.id')}=~"\${run_id}.*"`, `trace_id=~"\${trace_id}.*"`))],
    }),
    table({
      title: 'Traces of the run',
      description: 'A run that was taken over by another process has one trace in each. A click shows it below.',
      width: 24,
      height: 6,
      unit: 'short',
      queries: [
        traces(
          spansWhere('claude_k8s.run', 'claude_k8s.run.id', `\${run_id}`, [
            'claude_k8s.run.id',
            'claude_k8s.verdict',
            'claude_k8s.cause',
            'k8s.job.name',
          ]),
        ),
      ],
      columns: { traceID: { name: 'Trace', link: toBoard('run', 'Show below', { trace_id: `\${__value.raw}` }) } },
    }),
    trace({
      title: 'The trace',
      description: 'From admission to clean-up; the spans of Claude Code itself hang below where it hands them in.',
      queries: [traces(`\${trace_id}`)],
    }),
  ],
};

export const run: Board = {
  key: 'run',
  title: 'Claude Code: runs',
  description: 'Which runs failed, where failures gather, and what happened in one run: from log events and traces.',
  logs: 'runs',
  rows: [which, most, one],
};
