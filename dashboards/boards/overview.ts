import { failureCodes, failures } from '../../src/failure/table.ts';
import type { Board, Row } from './model.ts';
import {
  atLeast,
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
} from './panels.ts';
import { now, perHour, quantile, share, top, total } from './promql.ts';

/** What wakes somebody up, as the failure table says. */
const critical = failureCodes.filter((code) => failures[code].severity === 'critical');

const state: Row = {
  title: 'Is the fleet well?',
  panels: [
    stat({
      title: 'Running now',
      description: 'Runs that have started and not ended, in all processes.',
      unit: 'short',
      steps: plain,
      queries: [once(now('runsActive'))],
    }),
    stat({
      title: 'Ended',
      description: 'Runs that ended in the shown time, however they came out.',
      unit: 'short',
      steps: plain,
      queries: [once(total('runsFinished'))],
    }),
    stat({
      title: 'Succeeded',
      description:
        'Of all that came out by themselves: runs that were cancelled or handed over do not count. 0 without a run.',
      unit: 'percentunit',
      decimals: 1,
      steps: atLeast(0.8, 0.95),
      queries: [
        once(
          share(
            total('runsFinished', { where: { outcome: 'success' } }),
            total('runsFinished', { where: { outcome: ['success', 'failure'] } }),
          ),
        ),
      ],
    }),
    stat({
      title: 'Critical failures',
      description:
        'Runs that ended with a code that the failure table calls critical: the cluster or the setup needs a hand.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('errors', { where: { code: critical } }))],
    }),
    stat({
      title: 'Called truncated',
      description: 'Runs that were cut off before their result.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('truncations'))],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
    stat({
      title: 'Jobs deleted by others',
      description: 'Jobs that another client deleted, as far as the evidence goes.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('deletions', { where: { by: 'other_client' } }))],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
    stat({
      title: 'Silent now',
      description: 'Runs that live and have printed nothing for 10 minutes or more.',
      unit: 'short',
      steps: bad(1, 'yellow'),
      queries: [once(now('runsSilent'))],
      links: [toBoard('streams', 'Stream health')],
    }),
    stat({
      title: 'Jobs without an owner',
      description: 'Living Jobs that no process answers for: they use up resources, and nobody reads what they print.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(now('unowned', {}, 'max'))],
      links: [toBoard('scheduling', 'Scheduling and pods')],
    }),
    stat({
      title: 'API away',
      description: 'Reports of runs that the Kubernetes API does not answer, one a minute and run.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('unreachable'))],
      links: [toBoard('api', 'Kubernetes API')],
    }),
    stat({
      title: 'Telemetry problems',
      description: 'What was asked for and does not get where it should. While one stands, boards may show too little.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(`sum(${now('problems', { by: ['problem'] }, 'max')})`)],
      links: [toBoard('telemetry', 'Telemetry health')],
    }),
    stat({
      title: 'Cost',
      description: 'Of the runs that ended in the shown time, as Claude Code reports it.',
      unit: 'currencyUSD',
      decimals: 2,
      steps: plain,
      queries: [once(total('cost'))],
    }),
    stat({
      title: 'Builds',
      description: 'Different builds of the adapter at work. More than one for long: a rollout that got stuck.',
      unit: 'short',
      steps: bad(2, 'yellow'),
      queries: [once(`count(${now('buildInfo', { by: ['version'] })})`)],
      links: [toBoard('telemetry', 'Telemetry health')],
    }),
  ],
};

const outcome: Row = {
  title: 'How runs come out',
  panels: [
    graph({
      title: 'Runs by outcome',
      description: 'Runs that ended. The points are exemplars: each leads to the trace of a run.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('runsFinished', { by: ['outcome'] }), '{{outcome}}')],
    }),
    graph({
      title: 'Failures by code',
      description: 'Verdicts other than success. A click on a series leads to what the runbook says of it.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('errors', { by: ['code'] }), '{{code}}')],
      seriesLinks: [seriesToRunbook],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
    table({
      title: 'Failures in the shown time',
      description: 'By code and cause, the most frequent first; the code leads to the runbook.',
      unit: 'short',
      queries: [once(top(15, total('errors', { by: ['code', 'cause'] })))],
      columns: { code: { name: 'Code', link: rowToRunbook }, cause: { name: 'Cause' }, Value: { name: 'Runs' } },
    }),
    graph({
      title: 'Started and running',
      description: 'Runs that start, and how many are at work. Many that start and none that ends: look at scheduling.',
      unit: 'short',
      height: 9,
      queries: [range(perHour('runsStarted'), 'started per hour'), range(now('runsActive'), 'running')],
      links: [toBoard('scheduling', 'Scheduling and pods')],
    }),
  ],
};

const time: Row = {
  title: 'How long they take, and what they cost',
  panels: [
    graph({
      title: 'Duration of runs',
      description: 'From start to verdict, of those that came out by themselves.',
      unit: 's',
      queries: [
        range(
          quantile(0.5, 'runDuration', { by: ['outcome'], where: { outcome: ['success', 'failure'] } }),
          'median, {{outcome}}',
        ),
        range(
          quantile(0.95, 'runDuration', { by: ['outcome'], where: { outcome: ['success', 'failure'] } }),
          '95 %, {{outcome}}',
        ),
      ],
    }),
    graph({
      title: 'Duration of phases',
      description: 'The 95th percentile of one visit to each phase.',
      unit: 's',
      queries: [range(quantile(0.95, 'phaseDuration', { by: ['phase'] }), '{{phase}}')],
    }),
    graph({
      title: 'Tokens by type',
      description: 'Of runs that ended, as Claude Code reports them.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('tokens', { by: ['type'] }), '{{type}}')],
    }),
    graph({
      title: 'Cost by model',
      description: 'US dollars an hour, of runs that ended. _OTHER: models after the first twenty of a process.',
      unit: 'currencyUSD',
      stacked: true,
      queries: [range(perHour('cost', { by: ['model'] }), '{{model}}')],
    }),
  ],
};

export const overview: Board = {
  key: 'overview',
  title: 'Claude Code: fleet overview',
  description: 'Is the fleet well? If not: which board answers why.',
  rows: [state, outcome, time],
};
