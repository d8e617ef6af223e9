import type { Cause } from '../failure/table.ts';
import type { ContainerSnapshot, EventSnapshot, PodSnapshot } from './snapshot.ts';

/** Why the agent's container has not started, as the cluster tells it. */
export interface StartFault {
  cause: Extract<Cause, 'image_pull' | 'config_error' | 'init_failed' | 'rbac' | 'volume' | 'quota' | 'unschedulable'>;
  /** `now`: it can never start. `again`: fatal when it still holds a while later. `timeout`: it may heal, the patience decides. */
  fatal: 'now' | 'again' | 'timeout';
  detail: string;
}

/** The first of these that holds. The order is by how much it proves. */
export function startFault(pod: PodSnapshot | undefined, events: readonly EventSnapshot[]): StartFault | undefined {
  const containers = pod === undefined ? [] : [...pod.inits, ...(pod.agent === undefined ? [] : [pod.agent])];
  return (
    first(pod?.inits ?? [], failedInit) ??
    first(containers, waitingFault) ??
    (pod === undefined ? refusedPod(events) : undefined) ??
    (pod === undefined ? undefined : (failedMount(events, pod) ?? notScheduled(pod)))
  );
}

function first<T>(list: readonly T[], find: (item: T) => StartFault | undefined): StartFault | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function failedInit({ name, state }: ContainerSnapshot): StartFault | undefined {
  if (state.is !== 'terminated' || state.exitCode === 0) return undefined;
  const words = [`init container ${name} ended with exit code ${state.exitCode}`, state.reason, state.message];
  return { cause: 'init_failed', fatal: 'now', detail: words.filter(Boolean).join(': ') };
}

function waitingFault({ name, state }: ContainerSnapshot): StartFault | undefined {
  if (state.is !== 'waiting' || state.reason === undefined) return undefined;
  const found = waitingReasons[state.reason];
  if (found === undefined) return undefined;
  const detail = [`container ${name}: ${state.reason}`, state.message].filter(Boolean).join(': ');
  if (found.fatal === 'pull') {
    return { cause: 'image_pull', fatal: isPermanent(state.message ?? '') ? 'again' : 'timeout', detail };
  }
  return { cause: found.cause, fatal: found.fatal, detail };
}

/** The kubelet's own reasons. ErrImagePull and ImagePullBackOff alternate, and are one fault. */
const waitingReasons: Readonly<
  Record<string, { cause: StartFault['cause']; fatal: StartFault['fatal'] | 'pull' } | undefined>
> = {
  InvalidImageName: { cause: 'image_pull', fatal: 'now' },
  ErrImageNeverPull: { cause: 'image_pull', fatal: 'now' },
  ErrImagePull: { cause: 'image_pull', fatal: 'pull' },
  ImagePullBackOff: { cause: 'image_pull', fatal: 'pull' },
  CreateContainerConfigError: { cause: 'config_error', fatal: 'again' },
  CreateContainerError: { cause: 'config_error', fatal: 'again' },
};

/** A registry that says no, in the words of containerd, CRI-O and Docker; anything else may be a registry that is away. */
function isPermanent(message: string): boolean {
  return /not found|manifest unknown|denied|unauthorized|forbidden|does not exist|invalid reference/i.test(message);
}

/** The Job controller could not create a pod. A full quota may empty; an admission policy that says no stays. */
function refusedPod(events: readonly EventSnapshot[]): StartFault | undefined {
  const event = latest(events, ({ reason, about }) => reason === 'FailedCreate' && about.kind === 'Job');
  if (event === undefined) return undefined;
  if (/exceeded quota/i.test(event.message)) return { cause: 'quota', fatal: 'timeout', detail: event.message };
  const forbidden = /forbidden|denied|admission/i.test(event.message);
  return { cause: forbidden ? 'rbac' : 'config_error', fatal: forbidden ? 'again' : 'timeout', detail: event.message };
}

function failedMount(events: readonly EventSnapshot[], pod: PodSnapshot): StartFault | undefined {
  const failed = ['FailedMount', 'FailedAttachVolume'];
  const event = latest(events, ({ reason, about }) => failed.includes(reason) && (about.uid ?? pod.uid) === pod.uid);
  return event && { cause: 'volume', fatal: 'timeout', detail: event.message };
}

/** Unschedulable alone is never fatal: an autoscaler may be at work. */
function notScheduled(pod: PodSnapshot): StartFault | undefined {
  const condition = pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (condition === undefined) return undefined;
  const message = condition.message ?? condition.reason ?? 'PodScheduled is False';
  const volume = /persistentvolumeclaim|volume node affinity|unbound/i.test(message);
  return { cause: volume ? 'volume' : 'unschedulable', fatal: 'timeout', detail: message };
}

function latest(
  events: readonly EventSnapshot[],
  matches: (event: EventSnapshot) => boolean,
): EventSnapshot | undefined {
  return events.filter(matches).reduce<EventSnapshot | undefined>((newest, event) => {
    return newest === undefined || (event.lastAt ?? 0) >= (newest.lastAt ?? 0) ? event : newest;
  }, undefined);
}

/** An image is on its way: the last word about pulling is `Pulling`. */
export function isPulling(events: readonly EventSnapshot[], podUid: string): boolean {
  const words = ['Pulling', 'Pulled', 'Failed', 'BackOff'];
  return latest(events, ({ reason, about }) => words.includes(reason) && about.uid === podUid)?.reason === 'Pulling';
}
