import { failureCodes, failures } from '../../src/failure/table.ts';
import type { Board, Row } from './model.ts';
import { bad, graph, once, plain, range, seriesToRunbook, stat, table, toBoard, toRunbook, worse } from './panels.ts';
import { now, perHour, quantile, share, top, total } from './promql.ts';

/** Codes of runs whose agent never came to work. */
const neverStarted = failureCodes.filter((code) =>
  ['admit', 'stage', 'create', 'schedule'].includes(failures[code].phase),
);

const state: Row = {
  title: 'Do agents get a place to run?',
  panels: [
    stat({
      title: 'Never started',
      description: 'Runs that ended before their container did anything: refused, not created, or not scheduled.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('errors', { where: { code: neverStarted } }))],
    }),
    stat({
      title: 'Not scheduled in time',
      description: 'Runs that gave up waiting for a pod. What they waited for stands below.',
      unit: 'short',
      steps: bad(1),
      queries: [once(total('errors', { where: { code: 'k8s_pod_schedule_failed' } }))],
      links: [toRunbook('k8s_pod_schedule_failed')],
    }),
    stat({
      title: 'Out of memory',
      description: 'Containers that ended with the reason OOMKilled: the runtime itself says so.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('terminations', { where: { reason: 'OOMKilled' } }))],
    }),
    stat({
      title: 'Adopted',
      description: 'Jobs of earlier runs that were taken over, as after a restart of the host.',
      unit: 'short',
      steps: plain,
      queries: [once(total('admissions', { where: { how: 'adopted' } }))],
    }),
    stat({
      title: 'Jobs without an owner',
      description: 'Living Jobs that no process answers for, as last counted.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(now('unowned', {}, 'max'))],
    }),
    stat({
      title: 'Clean-up failed',
      description: 'Clean-up steps that failed. They change no verdict, but leave Jobs behind.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [once(total('cleanupFailures'))],
    }),
  ],
};

const waiting: Row = {
  title: 'Waiting',
  panels: [
    graph({
      title: 'What pods wait for',
      description: 'Each reason as it appeared: scheduler, volumes, images, a queue. The points are exemplars.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('waits', { by: ['reason'] }), '{{reason}}')],
      links: [toRunbook('k8s_pod_schedule_failed'), toBoard('run', 'Runs in the logs')],
    }),
    graph({
      title: 'Time to the start of the container',
      description: 'From the Job to a container that runs or ended. Pulling a large image shows here.',
      unit: 's',
      steps: worse(60, 300),
      queries: [
        range(quantile(0.5, 'phaseDuration', { where: { phase: 'schedule' } }), 'median'),
        range(quantile(0.95, 'phaseDuration', { where: { phase: 'schedule' } }), '95 %'),
      ],
    }),
    graph({
      title: 'Failures before the start, by code',
      description: 'Runs whose agent never came to work. A click on a series leads to the runbook.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('errors', { by: ['code'], where: { code: neverStarted } }), '{{code}}')],
      seriesLinks: [seriesToRunbook],
    }),
    table({
      title: 'Reasons in the shown time',
      description: 'How often each reason to wait appeared.',
      unit: 'short',
      height: 8,
      queries: [once(top(10, total('waits', { by: ['reason'] })))],
      columns: { reason: { name: 'Reason' }, Value: { name: 'Waits' } },
    }),
  ],
};

const pods: Row = {
  title: 'Jobs and pods',
  panels: [
    graph({
      title: 'Jobs created, adopted, withdrawn',
      description:
        'withdrawn: a rival run of the same agent came first, and this one gave its Job up before it started.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('admissions', { by: ['how'] }), '{{how}}')],
    }),
    graph({
      title: 'Containers that ended, by reason',
      description: 'As containerd, CRI-O and the kubelet give it; none: it ended without one.',
      unit: 'suffix: /h',
      stacked: true,
      queries: [range(perHour('terminations', { by: ['reason'] }), '{{reason}}')],
    }),
    graph({
      title: 'Share of containers that ended badly',
      description: 'Those whose exit code is not 0, of all that ended.',
      unit: 'percentunit',
      max: 1,
      steps: worse(0.1, 0.3),
      queries: [
        range(
          share(perHour('terminations', { where: { exit: ['1', '137', '143', 'other'] } }), perHour('terminations')),
          'exit code not 0',
        ),
      ],
      links: [toBoard('truncation', 'Truncation and deletion')],
    }),
    graph({
      title: 'Time of clean-up and other short phases',
      description: 'The 95th percentile. All of them are a few requests: when they are slow, the API is.',
      unit: 's',
      queries: [
        range(
          quantile(0.95, 'phaseDuration', {
            by: ['phase'],
            where: { phase: ['admit', 'stage', 'create', 'verify', 'pod_lookup', 'cleanup', 'cancel'] },
          }),
          '{{phase}}',
        ),
      ],
      links: [toBoard('api', 'Kubernetes API')],
    }),
    graph({
      title: 'Jobs without an owner over time',
      description: 'They go away when their agent runs again and adopts them, or when they end.',
      unit: 'short',
      steps: bad(1, 'orange'),
      queries: [range(now('unowned', {}, 'max'), 'Jobs')],
    }),
    graph({
      title: 'Clean-up that failed',
      description: 'Most often a right that is missing. The points are exemplars.',
      unit: 'suffix: /h',
      steps: bad(1, 'orange'),
      queries: [range(perHour('cleanupFailures'), 'requests')],
    }),
  ],
};

export const scheduling: Board = {
  key: 'scheduling',
  title: 'Claude Code: scheduling and pods',
  description: 'Do agents get a place to run, what do they wait for, and how do their containers end?',
  rows: [state, waiting, pods],
};
