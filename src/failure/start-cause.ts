import type { ApiFault } from '../run/answer.ts';
import type { Evidence } from '../run/evidence.ts';
import type { ContainerSnapshot, EventSnapshot, PodSnapshot } from '../run/snapshot.ts';
import { neverRan, provenEnd } from './ending.ts';
import type { Cause } from './table.ts';

/** Why there is no Job, no pod or no start. What the core already named stands, unless the objects name it more closely. */
export function refusalCause(evidence: Evidence): Cause | undefined {
  const named = evidence.refusal?.cause;
  const closer = faultCause(evidence.refusal?.fault) ?? podCause(evidence) ?? eventCause(evidence.events);
  if (named === undefined || named === 'unknown') return closer ?? named;
  // A claim that is missing shows up as "unschedulable" first.
  return named === 'unschedulable' && closer === 'volume' ? closer : named;
}

function faultCause(fault: ApiFault | undefined): Cause | undefined {
  if (fault === undefined) return undefined;
  if (/exceeded quota|failed quota/i.test(fault.message)) return 'quota';
  if (/admission webhook|violates PodSecurity|denied the request/i.test(fault.message)) return 'config_error';
  switch (fault.kind) {
    case 'forbidden':
    case 'unauthorized':
      return 'rbac';
    case 'throttled':
    case 'server_error':
    case 'unreachable':
      return 'api_unreachable';
    case 'rejected':
      return 'config_error';
    case 'not_found':
      return fault.message.startsWith('namespaces ') ? 'config_error' : undefined;
    case 'conflict':
    case 'gone':
      return undefined;
  }
}

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const configReasons = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function podCause(evidence: Evidence): Cause | undefined {
  const { pod } = evidence;
  const end = provenEnd(evidence.container);
  if (end !== undefined && neverRan(end)) return 'config_error';
  if (pod === undefined) return undefined;
  if (pod.inits.some(hasFailed)) return 'init_failed';
  const reasons = [pod.agent, ...pod.inits].map((one) => (one?.state.is === 'waiting' ? one.state.reason : undefined));
  if (reasons.some((reason) => reason !== undefined && imageReasons.has(reason))) return 'image_pull';
  if (reasons.some((reason) => reason !== undefined && configReasons.has(reason))) return 'config_error';
  return kubeletRefused(pod) ? 'unschedulable' : schedulerCause(pod);
}

function hasFailed(init: ContainerSnapshot): boolean {
  const failed = init.state.is === 'terminated' && init.state.exitCode !== 0;
  return failed || (init.state.is === 'waiting' && init.state.reason === 'CrashLoopBackOff');
}

function kubeletRefused({ reason }: PodSnapshot): boolean {
  if (reason === undefined) return false;
  return /^(OutOf\w+|NodeAffinity|NodePorts|UnexpectedAdmissionError|TopologyAffinityError)$/.test(reason);
}

function schedulerCause({ conditions }: PodSnapshot): Cause | undefined {
  const scheduled = conditions.find((one) => one.type === 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  return aboutVolumes(scheduled.message ?? '') ? 'volume' : 'unschedulable';
}

function aboutVolumes(message: string): boolean {
  return /persistentvolumeclaim|persistent volume|volume node affinity/i.test(message);
}

/** Events are the weakest witness: they are counted, dropped and kept for an hour. The latest that says anything counts. */
function eventCause(events: readonly EventSnapshot[]): Cause | undefined {
  const latestFirst = [...events].sort((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0));
  return latestFirst.map(oneEventCause).find((cause) => cause !== undefined);
}

function oneEventCause({ reason, message, type }: EventSnapshot): Cause | undefined {
  if (type !== 'Warning') return undefined;
  switch (reason) {
    case 'FailedMount':
    case 'FailedAttachVolume':
    case 'ProvisioningFailed':
      return 'volume';
    case 'FailedScheduling':
      return aboutVolumes(message) ? 'volume' : 'unschedulable';
    case 'FailedCreate':
      return /exceeded quota|failed quota/i.test(message) ? 'quota' : 'config_error';
    case 'InspectFailed':
    case 'ErrImageNeverPull':
      return 'image_pull';
    case 'Failed':
      return /image/i.test(message) ? 'image_pull' : 'config_error';
    default:
      return undefined;
  }
}
