import type { Board, Row } from './model.ts';
import { bad, graph, once, plain, range, stat, toBoard, worse } from './panels.ts';
import { now, perHour, quantile, rate, share, total } from './promql.ts';

/** Everything but a clean end. */
const cut = ['reset', 'refused', 'closed', 'idle'] as const;

const state: Row = {
  title: 'Does all output arrive?',
  panels: [
    stat({
      title: 'Gaps',
      description:
        'Proven gaps in the output of an agent that could not be filled: the kubelet had rotated the log away.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('gaps'))],
    }),
    stat({
      title: 'Connections that were cut',
      description:
        'Share of log connections that did not end cleanly. None of the ends says anything about the container.',
      unit: 'percentunit',
      decimals: 1,
      steps: worse(0.2, 0.5),
      queries: [once(share(total('attempts', { where: { how: cut } }), total('attempts')))],
    }),
    stat({
      title: 'Opened again',
      description: 'Log connections that were opened again, whatever the reason.',
      unit: 'short',
      steps: plain,
      queries: [once(total('reconnects'))],
    }),
    stat({
      title: 'Read twice',
      description: 'Share of lines that a resumed connection brought again. They are not delivered again.',
      unit: 'percentunit',
      decimals: 1,
      steps: worse(0.1, 0.5),
      queries: [once(share(total('duplicates'), `(${total('lines')} + ${total('duplicates')})`))],
    }),
    stat({
      title: 'Silent now',
      description: 'Runs that live and have printed nothing for 10 minutes or more.',
      unit: 'short',
      steps: bad(1, 'yellow'),
      queries: [once(now('runsSilent'))],
    }),
    stat({
      title: 'Longest silence',
      description: 'Of the active runs, as last reported: at 10 minutes and at each doubling.',
      unit: 's',
      steps: worse(600, 3600),
      queries: [once(now('silence', {}, 'max'))],
    }),
  ],
};

const connections: Row = {
  title: 'Connections',
  panels: [
    graph({
      title: 'Connections by how they ended',
      description: 'clean is what the API server says; the container may live on. The points are exemplars.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('attempts', { by: ['how'] }), '{{how}}')],
      links: [toBoard('run', 'Runs in the logs')],
    }),
    graph({
      title: 'Opened again by reason',
      description: 'ended: the stream ended and the container had not. idle: nothing came for too long.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('reconnects', { by: ['reason'] }), '{{reason}}')],
    }),
    graph({
      title: 'Time without a connection',
      description: 'Between two attempts. What is printed meanwhile comes with the next one.',
      unit: 's',
      steps: worse(30, 120),
      queries: [
        range(quantile(0.5, 'reconnectDuration'), 'median'),
        range(quantile(0.95, 'reconnectDuration'), '95 %'),
      ],
    }),
    graph({
      title: 'Gaps over time',
      description:
        'Raise containerLogMaxSize of the kubelet when they come with much output. The points are exemplars.',
      unit: 'suffix: /h',
      steps: bad(1),
      queries: [range(perHour('gaps'), 'gaps')],
      links: [toBoard('run', 'Runs in the logs')],
    }),
  ],
};

const output: Row = {
  title: 'Output',
  panels: [
    graph({
      title: 'Lines',
      description: 'Delivered, each once; and those that were brought again and left out.',
      unit: 'suffix: /s',
      queries: [range(rate('lines'), 'delivered'), range(rate('duplicates'), 'brought again')],
    }),
    graph({
      title: 'Bytes',
      description:
        'received is what connections brought; the difference to delivered is what was read twice, and stamps.',
      unit: 'Bps',
      queries: [range(rate('receivedBytes'), 'received'), range(rate('bytes'), 'delivered')],
    }),
    graph({
      title: 'Silent runs',
      description: 'Active runs that have reported a silence and printed nothing since.',
      unit: 'short',
      queries: [range(now('runsSilent'), 'silent runs')],
    }),
    graph({
      title: 'Longest silence over time',
      description:
        'A staircase that grows without end is an agent that hangs; a run that has an idle limit is stopped then.',
      unit: 's',
      steps: worse(600, 3600),
      queries: [range(now('silence', {}, 'max'), 'longest silence')],
    }),
  ],
};

export const streams: Board = {
  key: 'streams',
  title: 'Claude Code: stream health',
  description: 'Does all output arrive, and what cuts the connections that bring it?',
  rows: [state, connections, output],
};
