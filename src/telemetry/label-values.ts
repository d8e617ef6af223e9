import type { WatchRestart } from '../kubernetes/exchange.ts';
import type { BundleResult } from '../record/listener.ts';
import type { AdmissionWait } from '../run/admission/hear.ts';
import type { FaultKind } from '../run/answer.ts';
import type { AbsenceRoute } from '../run/observation.ts';
import type { AttemptEnd, Deleter, LookupState, PhaseName, ReconnectReason, Transition } from '../run/transition.ts';
import { closed, other } from './closed.ts';

type Field<T extends Transition['type'], F extends string> =
  Extract<Transition, { type: T }> extends Record<F, infer V> ? V & string : never;

export const phases = closed<Exclude<PhaseName, 'ended'>>({
  admit: true,
  stage: true,
  create: true,
  schedule: true,
  stream: true,
  grace: true,
  verify: true,
  pod_lookup: true,
  conclude: true,
  cleanup: true,
  cancel: true,
});

/** How a run came out, in four words; the code says more. */
export const outcomes = ['success', 'failure', 'cancelled', 'handed_over'] as const;

/** How a run came by its Job, or gave one back to a rival. */
export const admissions = ['created', 'adopted', 'withdrawn'] as const;

export const attemptEnds = closed<AttemptEnd>({ clean: true, reset: true, refused: true, closed: true, idle: true });

export const reconnectReasons = closed<ReconnectReason>({
  ended: true,
  reset: true,
  refused: true,
  idle: true,
  gap_check: true,
  fragment: true,
});

export const answers = closed<Field<'verified', 'answer'>>({ present: true, gone: true, unverifiable: true });

export const routes = closed<AbsenceRoute>({
  'watch-deleted': true,
  'relist-missing': true,
  'completion-poll-404': true,
  'grace-period-verify-404': true,
  'recheck-poll-404': true,
});

export const deletionRoutes = closed<Field<'job_deleted', 'route'>>({
  'watch-deleted': true,
  'relist-missing': true,
  'completion-poll-404': true,
  'grace-period-verify-404': true,
  'recheck-poll-404': true,
  'deletion-timestamp': true,
  'own-delete': true,
});

export const deleters = closed<Deleter>({
  self: true,
  ttl: true,
  owner_cascade: true,
  other_client: true,
  unknown: true,
});

export const lookupStates = closed<LookupState>({
  terminated: true,
  lagging: true,
  running: true,
  gone: true,
  unreachable: true,
});

export const graceEnds = closed<Field<'grace_ended', 'how'>>({ life: true, expired: true, terminated: true });

export const watchedKinds = closed<Field<'watch_degraded', 'kind'>>({ jobs: true, pods: true });

export const watchRestarts = closed<WatchRestart>({
  expired: true,
  gone: true,
  reset: true,
  error: true,
  forbidden: true,
  throttled: true,
});

const faultKinds = closed<FaultKind>({
  not_found: true,
  conflict: true,
  gone: true,
  forbidden: true,
  unauthorized: true,
  throttled: true,
  rejected: true,
  server_error: true,
  unreachable: true,
});
export const faults = [...faultKinds, other];

/** What a run waits for in words of our own. */
const ownWaits = closed<AdmissionWait | Extract<Transition['type'], 'queued'>>({
  queued: true,
  AbandonedAdmission: true,
});

/** Reasons that kubelet and scheduler give for a pod that waits, and our own. */
export const waitingReasons = [
  'Unschedulable',
  'SchedulingGated',
  'ContainerCreating',
  'PodInitializing',
  'ErrImagePull',
  'ImagePullBackOff',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'FailedCreate',
  'FailedMount',
  'FailedScheduling',
  ...ownWaits,
  other,
];

/** `state.terminated.reason` as containerd, CRI-O and the kubelet write it. */
export const terminationReasons = [
  'Completed',
  'Error',
  'OOMKilled',
  'ContainerStatusUnknown',
  'ContainerCannotRun',
  'StartError',
  'none',
  'DeadlineExceeded',
  other,
];

/** Exit codes that mean something by themselves: 137 is SIGKILL, 143 SIGTERM. */
export const exits = ['0', '1', '137', '143', 'other'] as const;

export const tokenTypes = ['input', 'output', 'cache_read', 'cache_creation'] as const;

/** Everyone who may listen to a run. */
export const listeners = ['metrics', 'spans', 'host', 'status', 'recorder', 'log', other];

/** What can be wrong with the telemetry of a process. */
export const problems = ['api_version', 'no_propagator', 'exporter_unreachable', 'metrics_server'] as const;

export const bundleResults = closed<BundleResult>({ written: true, failed: true, removed: true });

/** HTTP statuses that a Kubernetes API answers with; `none` when no answer came. */
export const statuses = [
  '101',
  '200',
  '201',
  '202',
  '400',
  '401',
  '403',
  '404',
  '409',
  '410',
  '422',
  '429',
  '500',
  '502',
  '503',
  '504',
  'none',
  other,
];

/** The requests that the product makes. */
export const requests = [
  ['get', 'jobs'],
  ['list', 'jobs'],
  ['watch', 'jobs'],
  ['create', 'jobs'],
  ['patch', 'jobs'],
  ['delete', 'jobs'],
  ['create', 'secrets'],
  ['get', 'pods'],
  ['list', 'pods'],
  ['watch', 'pods'],
  ['get', 'pods/log'],
  ['follow', 'pods/log'],
  ['list', 'events'],
  ['get', 'nodes'],
  ['get', 'persistentvolumeclaims'],
  ['get', 'namespaces'],
  ['list', 'resourcequotas'],
  ['create', 'selfsubjectaccessreviews'],
  ['get', 'version'],
] as const;

export const verbs = ['get', 'list', 'watch', 'create', 'patch', 'delete', 'follow'] as const;
