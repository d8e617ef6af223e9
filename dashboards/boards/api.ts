import type { Board, Row } from './model.ts';
import { bad, graph, once, plain, range, stat, table, toRunbook, worse } from './panels.ts';
import { perHour, quantile, rate, share, top, total } from './promql.ts';

/** Answers that nobody wants; 404, 409 and 410 are ordinary ones. */
const refused = ['400', '401', '403', '422', '429', '500', '502', '503', '504', 'none'] as const;

const state: Row = {
  title: 'What do we ask of the API, and does it answer?',
  panels: [
    stat({
      title: 'Requests for each run',
      description: 'Of the shown time, with the watches that all runs of a process share. A few dozen are usual.',
      unit: 'short',
      decimals: 1,
      steps: plain,
      queries: [once(share(total('requests'), total('runsFinished')))],
    }),
    stat({
      title: 'Refused or unanswered',
      description: 'Share of requests with an answer that nobody wants: 401, 403, 422, 429, 5xx or none.',
      unit: 'percentunit',
      decimals: 2,
      steps: worse(0.01, 0.05),
      queries: [once(share(total('requests', { where: { code: refused } }), total('requests')))],
    }),
    stat({
      title: 'Forbidden',
      description: 'A right is missing. Which one: the table below has verb and resource.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('requests', { where: { code: ['401', '403'] } }))],
      links: [toRunbook('k8s_concurrency_guard_unreachable')],
    }),
    stat({
      title: 'Throttled',
      description: 'Answers 429: the API server sheds load. Requests of runs wait and are made again.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('requests', { where: { code: '429' } }))],
    }),
    stat({
      title: 'API away',
      description:
        'Reports of runs that the API does not answer, one a minute and run. Nothing is decided while it is away.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('unreachable'))],
    }),
    stat({
      title: 'Watching degraded',
      description: 'Times a run was told that watching fell back to polling or cannot read.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('watchDegraded'))],
    }),
  ],
};

const requests: Row = {
  title: 'Requests',
  panels: [
    graph({
      title: 'By verb and resource',
      description: 'Requests of all processes. Watches are shared by the runs of one process.',
      unit: 'reqps',
      stacked: true,
      queries: [range(rate('requests', { by: ['verb', 'resource'] }), '{{verb}} {{resource}}')],
    }),
    graph({
      title: 'By status',
      description: 'none: no answer came. 404 and 410 are ordinary answers to a look at what may be gone.',
      unit: 'reqps',
      stacked: true,
      queries: [range(rate('requests', { by: ['code'] }), '{{code}}')],
    }),
    graph({
      title: 'Time to the answer',
      description: 'The 95th percentile by verb; for watches and logs it is the time to the head of the answer.',
      unit: 's',
      steps: worse(1, 10),
      queries: [range(quantile(0.95, 'requestDuration', { by: ['verb'] }), '{{verb}}')],
    }),
    table({
      title: 'Refused or unanswered in the shown time',
      description: 'Which request, with which status.',
      unit: 'short',
      height: 8,
      queries: [once(top(15, total('requests', { by: ['verb', 'resource', 'code'], where: { code: refused } })))],
      columns: {
        verb: { name: 'Verb' },
        resource: { name: 'Resource' },
        code: { name: 'Status' },
        Value: { name: 'Requests' },
      },
    }),
  ],
};

const faults: Row = {
  title: 'Faults, and what watching does about them',
  panels: [
    graph({
      title: 'Requests made again, by fault',
      description: 'Requests of runs only. The points are exemplars.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('requestRetries', { by: ['fault'] }), '{{fault}}')],
    }),
    graph({
      title: 'Reports that the API is away',
      description:
        'One a minute and run: the height is the number of runs that are in the dark. The points are exemplars.',
      unit: 'suffix: /h',
      queries: [range(perHour('unreachable'), 'reports')],
    }),
    graph({
      title: 'Watches opened again',
      description: 'expired is the ordinary end after some minutes. gone: the history was lost and is listed anew.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('watchRestarts', { by: ['kind', 'why'] }), '{{kind}}: {{why}}')],
    }),
    graph({
      title: 'Watching degraded, by kind',
      description:
        'Runs that go on by polling: slower to notice, and dearer for the API server. The points are exemplars.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('watchDegraded', { by: ['kind'] }), '{{kind}}')],
    }),
  ],
};

export const api: Board = {
  key: 'api',
  title: 'Claude Code: Kubernetes API',
  description: 'What the adapter asks of the Kubernetes API, what that costs, and whether it answers.',
  rows: [state, requests, faults],
};
