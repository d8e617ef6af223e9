import { processRecords, say } from './logql.ts';
import type { Board, Row } from './model.ts';
import { bad, graph, lines, logRange, once, range, stat, states, table } from './panels.ts';
import { now, perHour, quantile, top, total } from './promql.ts';

const state: Row = {
  title: 'Can the other boards be believed?',
  panels: [
    stat({
      title: 'Problems now',
      description: 'What was asked for and does not get where it should; which, stands below.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(`sum(${now('problems', { by: ['problem'] }, 'max')})`)],
    }),
    stat({
      title: 'Listeners that threw',
      description:
        'Errors of those who listen to a run. None of them reached the run; its telemetry may lack something.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('listenerErrors'))],
    }),
    stat({
      title: 'Left out of traces',
      description: 'Spans and events of runs that had more than their bound.',
      unit: 'short',
      steps: bad(1, 'yellow'),
      queries: [once(`${total('droppedSpans')} + ${total('droppedEvents')}`)],
    }),
    stat({
      title: 'Left out of logs',
      description: 'Log records of runs that had more than their bound. The end of a run is always told.',
      unit: 'short',
      steps: bad(1, 'yellow'),
      queries: [once(total('droppedRecords'))],
    }),
    stat({
      title: 'Counted as _OTHER',
      description:
        'Samples with a label value outside its closed set: a cluster says something that this build does not know.',
      unit: 'short',
      steps: bad(1, 'yellow'),
      queries: [once(total('overflows'))],
    }),
    stat({
      title: 'Bundles not written',
      description: 'Incident bundles that could not be written: look at the folder and its disk.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('incidentBundles', { where: { result: 'failed' } }))],
    }),
  ],
};

const signals: Row = {
  title: 'Spans, logs and metrics',
  panels: [
    states({
      title: 'Problems',
      description:
        'api_version: the host has another OpenTelemetry API. no_propagator: traces do not reach Claude Code. exporter_unreachable: nothing is sent. metrics_server: /metrics is not served.',
      unit: 'short',
      words: { 0: { text: 'well', color: 'green' }, 1: { text: 'problem', color: 'red' } },
      queries: [range(now('problems', { by: ['problem'] }, 'max'), '{{problem}}')],
    }),
    graph({
      title: 'Left out because a run had too many',
      description: 'A run keeps its first and its last ones. The points are exemplars.',
      unit: 'suffix: /h',
      queries: [
        range(perHour('droppedSpans'), 'spans'),
        range(perHour('droppedEvents'), 'span events'),
        range(perHour('droppedRecords'), 'log records'),
      ],
    }),
    graph({
      title: 'Listeners that threw, by name',
      description: 'By who listened. The points are exemplars.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('listenerErrors', { by: ['listener'] }), '{{listener}}')],
    }),
    table({
      title: 'Counted as _OTHER, by metric',
      description: 'Which metric was given a value that is not in its closed set.',
      unit: 'short',
      height: 8,
      queries: [once(top(10, total('overflows', { by: ['metric'] })))],
      columns: { metric: { name: 'Metric' }, Value: { name: 'Samples' } },
    }),
  ],
};

const words: Row = {
  title: 'In words',
  panels: [
    lines({
      title: 'What is wrong',
      description: 'The log events of processes about their own telemetry: each once, when it begins.',
      height: 8,
      queries: [
        logRange(
          [
            processRecords(),
            say(
              { name: 'claude_k8s.event' },
              { name: 'claude_k8s.reason' },
              { name: 'claude_k8s.detail' },
              { name: 'claude_k8s.metric' },
            ),
          ].join(' | '),
        ),
      ],
    }),
  ],
};

const bundles: Row = {
  title: 'Incident bundles and builds',
  panels: [
    graph({
      title: 'Bundles',
      description:
        'Written for runs that went wrong; failed: could not be; removed: to keep the folder within its bound.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('incidentBundles', { by: ['result'] }), '{{result}}')],
    }),
    graph({
      title: 'Bytes of bundles',
      description:
        'Written and removed again; dropped: recordings that went from memory because all together were too large.',
      unit: 'decbytes',
      queries: [
        range(
          perHour('incidentBytes', { by: ['result'], where: { result: ['written', 'removed'] } }),
          '{{result}} per hour',
        ),
        range(perHour('incidentDropped'), 'dropped from memory per hour'),
      ],
    }),
    table({
      title: 'Builds at work',
      description: 'Version of the adapter and of Node, with the number of processes.',
      unit: 'short',
      height: 8,
      queries: [once(now('buildInfo', { by: ['version', 'node'] }))],
      columns: { version: { name: 'Adapter' }, node: { name: 'Node' }, Value: { name: 'Processes' } },
    }),
    graph({
      title: 'Time to conclude',
      description:
        'The 95th percentile of the phase that makes a verdict of the evidence. It asks nobody, and is short.',
      unit: 's',
      queries: [range(quantile(0.95, 'phaseDuration', { where: { phase: 'conclude' } }), '95 %')],
    }),
  ],
};

export const telemetry: Board = {
  key: 'telemetry',
  title: 'Claude Code: telemetry health',
  description: 'Can the other boards be believed? What is left out, and what does not get where it should.',
  logs: 'processes',
  rows: [state, signals, words, bundles],
};
