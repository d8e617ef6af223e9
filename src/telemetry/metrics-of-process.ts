import { other } from './closed.ts';
import * as values from './label-values.ts';
import type { MetricEntry } from './metric-entry.ts';

/** What is counted of the traffic with the Kubernetes API and of the process itself. */
export const processMetrics = {
  requests: {
    name: 'claude_k8s_kubernetes_requests_total',
    kind: 'counter',
    unit: 'requests',
    help: 'Requests to the Kubernetes API by verb, resource and HTTP status; none when no answer came.',
    labels: {
      verb: [...values.verbs, other],
      resource: [...new Set(values.requests.map(([, resource]) => resource)), other],
      code: values.statuses,
    },
    sets: () =>
      values.requests.flatMap(([verb, resource]) => values.statuses.map((code) => ({ verb, resource, code }))),
    exemplars: false,
  },
  requestDuration: {
    name: 'claude_k8s_kubernetes_request_duration_seconds',
    kind: 'histogram',
    unit: 'seconds',
    help: 'Time to the answer of the Kubernetes API; for watches and logs, to its head.',
    labels: { verb: values.verbs },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    exemplars: false,
  },
  requestRetries: {
    name: 'claude_k8s_kubernetes_request_retries_total',
    kind: 'counter',
    unit: 'requests',
    help: 'Requests of runs that were made again, by the fault that made it necessary.',
    labels: { fault: values.faults },
    exemplars: true,
  },
  unreachable: {
    name: 'claude_k8s_kubernetes_unreachable_reports_total',
    kind: 'counter',
    unit: 'reports',
    help: 'Reports of runs that the Kubernetes API does not answer, one a minute and run.',
    labels: {},
    exemplars: true,
  },
  watchRestarts: {
    name: 'claude_k8s_watch_restarts_total',
    kind: 'counter',
    unit: 'watches',
    help: 'Watches that were opened again, by kind of object and reason.',
    labels: { kind: values.watchedKinds, why: values.watchRestarts },
    exemplars: false,
  },
  watchDegraded: {
    name: 'claude_k8s_watch_degraded_total',
    kind: 'counter',
    unit: 'reports',
    help: 'Times a run was told that watching fell back to polling or cannot read.',
    labels: { kind: values.watchedKinds },
    exemplars: true,
  },
  unowned: {
    name: 'claude_k8s_unowned_jobs',
    kind: 'gauge',
    unit: 'Jobs',
    help: 'Living Jobs of this adapter that no process answers for, as last counted.',
    labels: {},
    exemplars: false,
  },
  listenerErrors: {
    name: 'claude_k8s_telemetry_listener_errors_total',
    kind: 'counter',
    unit: 'errors',
    help: 'Errors thrown by listeners of a run; none of them reached the run.',
    labels: { listener: values.listeners },
    exemplars: true,
  },
  droppedSpans: {
    name: 'claude_k8s_telemetry_dropped_spans_total',
    kind: 'counter',
    unit: 'spans',
    help: 'Spans left out because a run had more than its bound.',
    labels: {},
    exemplars: true,
  },
  droppedEvents: {
    name: 'claude_k8s_telemetry_dropped_events_total',
    kind: 'counter',
    unit: 'events',
    help: 'Span events left out because a run had more than its bound.',
    labels: {},
    exemplars: true,
  },
  buildInfo: {
    name: 'claude_k8s_build_info',
    kind: 'gauge',
    unit: 'builds',
    help: 'Always 1; the version of the adapter and of Node are its labels.',
    labels: { version: [], node: [] },
    constant: true,
    exemplars: false,
  },
} as const satisfies Record<string, MetricEntry>;
