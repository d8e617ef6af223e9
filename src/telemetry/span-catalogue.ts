import type { PhaseName } from '../run/transition.ts';

/** Every span with its place in the tree. Names are constant; what tells two runs apart is in the attributes. */
export const spans = {
  'claude_k8s.run': { parent: undefined, brief: 'One run, from its start to its verdict.' },
  'claude_k8s.admit': { parent: 'claude_k8s.run', brief: 'May this agent run: its living Jobs, orphans, the race.' },
  'claude_k8s.stage': { parent: 'claude_k8s.run', brief: 'Skills, instructions and the prompt made ready.' },
  'claude_k8s.create_job': { parent: 'claude_k8s.run', brief: 'The Job created, its Secret with it.' },
  'claude_k8s.schedule': { parent: 'claude_k8s.run', brief: "Until the agent's container has started or ended." },
  'claude_k8s.stream': { parent: 'claude_k8s.run', brief: 'Following the log.' },
  'claude_k8s.stream.attempt': { parent: 'claude_k8s.stream', brief: 'One log connection.' },
  'claude_k8s.reconnect': { parent: 'claude_k8s.stream', brief: 'The time between two connections.' },
  'claude_k8s.grace': { parent: 'claude_k8s.run', brief: 'Output ended, and the container is not known to have.' },
  'claude_k8s.verify': { parent: 'claude_k8s.run', brief: 'Direct reads before a Job is called gone.' },
  'claude_k8s.pod_lookup': { parent: 'claude_k8s.run', brief: "Reading the container's terminated state." },
  'claude_k8s.pod_lookup.attempt': { parent: 'claude_k8s.pod_lookup', brief: 'One read of it.' },
  'claude_k8s.conclude': { parent: 'claude_k8s.run', brief: 'From the evidence to the verdict.' },
  'claude_k8s.cleanup': { parent: 'claude_k8s.run', brief: 'The Job marked as concluded, then deleted or retained.' },
  'claude_k8s.cancel': { parent: 'claude_k8s.run', brief: 'Stopping the pod because it was asked for.' },
} as const satisfies Record<string, { parent: string | undefined; brief: string }>;

export type SpanName = keyof typeof spans;

export const spanOfPhase = {
  admit: 'claude_k8s.admit',
  stage: 'claude_k8s.stage',
  create: 'claude_k8s.create_job',
  schedule: 'claude_k8s.schedule',
  stream: 'claude_k8s.stream',
  grace: 'claude_k8s.grace',
  verify: 'claude_k8s.verify',
  pod_lookup: 'claude_k8s.pod_lookup',
  conclude: 'claude_k8s.conclude',
  cleanup: 'claude_k8s.cleanup',
  cancel: 'claude_k8s.cancel',
} as const satisfies Record<Exclude<PhaseName, 'ended'>, SpanName>;

/** Every span event; each is a transition of the same name on the phase that is current. */
export const events = {
  'claude_k8s.job_created': 'The API server took the Job.',
  'claude_k8s.job_adopted': 'A Job of an earlier run is ours now.',
  'claude_k8s.job_withdrawn': 'Our own Job was given up before it started.',
  'claude_k8s.request_retried': 'A request failed in a way that may heal.',
  'claude_k8s.waiting': 'The pod waits, and the reason is new.',
  'claude_k8s.queued': 'A queue controller holds the Job.',
  'claude_k8s.container_started': "The agent's container runs.",
  'claude_k8s.container_ended': "The agent's container has ended.",
  'claude_k8s.first_output': 'The first lines of output came.',
  'claude_k8s.gap': 'Lines are missing and cannot be had.',
  'claude_k8s.silence': 'The agent is alive and prints nothing.',
  'claude_k8s.verified': 'The Job was read directly.',
  'claude_k8s.condition_lag': "The Job's condition came after the end of its container.",
  'claude_k8s.api_unreachable': 'The Kubernetes API does not answer.',
  'claude_k8s.watch_degraded': 'Watching fell back to polling, or cannot read.',
  'claude_k8s.grace_ended': 'The grace period is over.',
  'claude_k8s.job_deleted': 'The Job was deleted, by whom as far as the evidence goes.',
  'claude_k8s.cleanup_failed': 'A clean-up step failed; the verdict stands.',
  'claude_k8s.note': 'A remark.',
} as const satisfies Record<string, string>;

export type EventName = keyof typeof events;

/**
 * A run has at most 1 root, this many visits to phases, and this many details (attempts, reconnects, look-ups): the
 * first ones as they come, and the last ones before its end. A burst beyond the exporter's queue (2,048 by default)
 * would lose spans without a word; what is left out here is counted on the root and in a metric.
 */
export const spanLimits = { phases: 99, firstDetails: 300, lastDetails: 100, events: 200, textChars: 2_048 } as const;
export const spansPerRun = 1 + spanLimits.phases + spanLimits.firstDetails + spanLimits.lastDetails;
