import type { Transition } from '../run/transition.ts';
import type { AttributeName } from './attributes.ts';
import { events } from './span-catalogue.ts';

export type Severity = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

export interface LogEntry {
  /** The name of the event: in the record's own field, and in `claude_k8s.event` for stores that drop that. */
  event: `claude_k8s.${string}`;
  severity: Severity;
  /** Instead of `severity` when it tells of trouble. */
  trouble?: Severity;
  brief: string;
  /** What it says beside what every record of a run says; those without a value are left out. */
  attributes: readonly AttributeName[];
}

/** What every record of a run says, as far as it is known by then. */
export const logContext = [
  'claude_k8s.event',
  'claude_k8s.run.id',
  'claude_k8s.agent.id',
  'k8s.namespace.name',
  'k8s.job.name',
  'k8s.job.uid',
  'k8s.pod.name',
  'k8s.pod.uid',
  'k8s.node.name',
] as const satisfies readonly AttributeName[];

const streamed = ['claude_k8s.log.lines', 'claude_k8s.log.bytes', 'claude_k8s.log.duplicates'] as const;

/** One log event for each transition of a run. Output is told once, when it begins: it comes with every chunk. */
export const logEvents = {
  run_started: { event: 'claude_k8s.run_started', severity: 'INFO', brief: 'A run began.', attributes: [] },
  phase_entered: {
    event: 'claude_k8s.phase_entered',
    severity: 'DEBUG',
    brief: 'A phase of a run began.',
    attributes: ['claude_k8s.phase', 'claude_k8s.phase.entered'],
  },
  phase_left: {
    event: 'claude_k8s.phase_left',
    severity: 'DEBUG',
    trouble: 'WARN',
    brief: 'A phase of a run ended.',
    attributes: ['claude_k8s.phase', 'claude_k8s.phase.left', 'error.type'],
  },
  job_created: told('job_created', 'INFO', ['claude_k8s.job.suspended']),
  job_adopted: told('job_adopted', 'INFO', ['claude_k8s.adopted.from_run']),
  job_withdrawn: told('job_withdrawn', 'INFO', ['claude_k8s.detail']),
  request_retried: told('request_retried', 'WARN', ['claude_k8s.call', 'claude_k8s.detail', 'claude_k8s.tries']),
  waiting: told('waiting', 'INFO', ['claude_k8s.reason', 'claude_k8s.detail']),
  queued: told('queued', 'INFO', ['claude_k8s.queue']),
  pod_seen: {
    event: 'claude_k8s.pod_seen',
    severity: 'INFO',
    brief: "The agent's pod was seen, or seen on a node.",
    attributes: [],
  },
  container_started: told('container_started', 'INFO', []),
  container_ended: {
    ...told('container_ended', 'INFO', ['claude_k8s.exit_code', 'claude_k8s.container.reason']),
    trouble: 'WARN',
  },
  attempt_started: {
    event: 'claude_k8s.attempt_started',
    severity: 'DEBUG',
    brief: 'A log connection was opened.',
    attributes: ['claude_k8s.attempt', 'claude_k8s.attempt.follow', 'claude_k8s.attempt.since'],
  },
  attempt_ended: {
    event: 'claude_k8s.attempt_ended',
    severity: 'DEBUG',
    trouble: 'WARN',
    brief: 'A log connection ended.',
    attributes: ['claude_k8s.attempt', 'claude_k8s.attempt.end', 'claude_k8s.detail', ...streamed],
  },
  reconnect_started: {
    event: 'claude_k8s.reconnect_started',
    severity: 'INFO',
    brief: 'A log connection is opened again.',
    attributes: ['claude_k8s.reason', 'claude_k8s.reconnect.delay_ms'],
  },
  reconnect_ended: {
    event: 'claude_k8s.reconnect_ended',
    severity: 'DEBUG',
    brief: 'The wait before another log connection is over.',
    attributes: [],
  },
  output: told('first_output', 'INFO', []),
  gap: told('gap', 'WARN', ['claude_k8s.detail', 'claude_k8s.gap.after', 'claude_k8s.gap.before']),
  silence: told('silence', 'WARN', ['claude_k8s.seconds']),
  verified: told('verified', 'INFO', ['claude_k8s.answer', 'claude_k8s.route']),
  lookup: {
    event: 'claude_k8s.lookup',
    severity: 'DEBUG',
    trouble: 'WARN',
    brief: "The container's end was looked up.",
    attributes: ['claude_k8s.attempt', 'claude_k8s.lookup.state'],
  },
  condition_lag: told('condition_lag', 'INFO', ['claude_k8s.seconds']),
  api_unreachable: told('api_unreachable', 'WARN', ['claude_k8s.seconds', 'claude_k8s.detail']),
  watch_degraded: told('watch_degraded', 'WARN', ['claude_k8s.kind', 'claude_k8s.detail']),
  grace_ended: told('grace_ended', 'INFO', ['claude_k8s.reason']),
  job_deleted: {
    ...told('job_deleted', 'INFO', ['claude_k8s.job.deleted_by', 'claude_k8s.route']),
    trouble: 'WARN',
  },
  cleanup_failed: told('cleanup_failed', 'WARN', ['claude_k8s.call', 'claude_k8s.detail']),
  note: told('note', 'INFO', ['claude_k8s.detail']),
  run_ended: {
    event: 'claude_k8s.run_ended',
    severity: 'INFO',
    trouble: 'ERROR',
    brief: 'A run ended: its verdict, with the evidence for it.',
    attributes: [
      'error.type',
      'claude_k8s.verdict',
      'claude_k8s.cause',
      'claude_k8s.handed_over',
      'claude_k8s.exit_code',
      'claude_k8s.signal',
      'claude_k8s.notes',
      'claude_k8s.contradictions',
      'claude_k8s.ruled_out',
      'claude_k8s.prompt.delivered',
      'claude_k8s.job.fate',
      'claude_k8s.job.conditions',
      'claude_k8s.job.deleted_by',
      'claude_k8s.route',
      'claude_k8s.pod.reason',
      'claude_k8s.pod.disruption',
      'claude_k8s.container.state',
      'claude_k8s.container.reason',
      'container.image.name',
      'claude_k8s.claude.model',
      'claude_k8s.claude.session.id',
      'claude_k8s.claude.turns',
      'claude_k8s.claude.cost_usd',
      ...streamed,
      'claude_k8s.log.attempts',
      'claude_k8s.log.gaps',
      'claude_k8s.log.complete',
      'claude_k8s.run.seconds',
      'claude_k8s.records.dropped',
    ],
  },
} as const satisfies Record<Transition['type'], LogEntry>;

/** What belongs to no run of this process, each told once. */
export const processLogEvents = {
  unowned: {
    event: 'claude_k8s.job_unowned',
    severity: 'WARN',
    brief: 'A Job lives and no process answers for it. The next run of its task takes it over.',
    attributes: ['k8s.namespace.name', 'k8s.job.name', 'k8s.job.uid', 'claude_k8s.run.id', 'claude_k8s.agent.id'],
  },
  overflow: {
    event: 'claude_k8s.telemetry.label_overflow',
    severity: 'WARN',
    brief: 'A metric was given a label value outside its closed set, and counts it as _OTHER from now on.',
    attributes: ['claude_k8s.metric'],
  },
  problem: {
    event: 'claude_k8s.telemetry.problem',
    severity: 'WARN',
    brief: 'Telemetry that was asked for does not get where it should.',
    attributes: ['claude_k8s.reason', 'claude_k8s.detail'],
  },
} as const satisfies Record<string, LogEntry>;

/** At most this many records of a run below its end, which is always told. */
export const logRecordsPerRun = 1_000;

type SpanEventKey = keyof typeof events extends `claude_k8s.${infer K}` ? K : never;

/** The log event beside a span event of the same name. */
function told<K extends SpanEventKey, S extends Severity, const A extends readonly AttributeName[]>(
  key: K,
  severity: S,
  attributes: A,
) {
  return { event: `claude_k8s.${key}`, severity, brief: events[`claude_k8s.${key}`], attributes } as const;
}
