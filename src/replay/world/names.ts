import { isPod, isRecord, type JobObject, type KubeObject, type PodObject } from '../../loopback/object.ts';
import { agentContainer } from '../../manifest/place.ts';
import type { Happening } from '../history/history.ts';

interface Stand {
  /** Name of the recorded Job. */
  for: string;
  job: JobObject;
}

/**
 * A build may name its Job, the Job's container and its labels otherwise than the build that recorded. What the recording tells
 * of the Job and of its pods is told of the Job that is there, as the cluster would have told it.
 */
export class Names {
  private readonly stands: Stand[] = [];
  private readonly pods = new Map<string, Stand>();

  /** A Job that the build made, in the place of a recorded one. */
  take(recorded: string, job: JobObject): void {
    this.stands.push({ for: recorded, job });
  }

  /** The agent's container in this pod. */
  agentIn(pod: string): string {
    return containerOf(this.pods.get(pod)?.job);
  }

  of(happening: Happening): Happening {
    if (happening.resource === 'jobs') return this.ofJob(happening);
    if (happening.resource === 'pods') return this.ofPod(happening);
    return happening;
  }

  private ofJob(happening: Happening): Happening {
    const { change } = happening;
    const name = this.stands.findLast((stand) => stand.for === happening.name)?.job.metadata.name;
    if (name === undefined || name === happening.name) return happening;
    if (change.is !== 'put') return { ...happening, name };
    const object = { ...change.object, metadata: { ...change.object.metadata, name } };
    return { ...happening, name, change: { is: 'put', object } };
  }

  private ofPod(happening: Happening): Happening {
    const { change, name } = happening;
    if (change.is === 'put' && isPod(change.object)) {
      const stand = this.ownerOf(change.object);
      if (stand === undefined) return happening;
      this.pods.set(name, stand);
      return { ...happening, change: { is: 'put', object: asPodOf(stand, change.object) } };
    }
    const stand = this.pods.get(name);
    if (change.is !== 'patched' || stand === undefined) return happening;
    return { ...happening, change: { is: 'patched', patch: withContainer(change.patch, containerOf(stand.job)) } };
  }

  private ownerOf({ metadata }: PodObject): Stand | undefined {
    return this.stands.find(({ job }) => metadata.ownerReferences?.some(({ uid }) => uid === job.metadata.uid));
  }
}

/** A Job of another product has its agent in the first container. */
function containerOf(job: JobObject | undefined): string {
  const names = (job?.spec.template.spec.containers ?? []).map(({ name }) => name);
  return names.includes(agentContainer) ? agentContainer : (names[0] ?? agentContainer);
}

/** The labels of the Job's template are those of its pods. */
function asPodOf({ for: recorded, job }: Stand, pod: PodObject): KubeObject {
  const { name, uid } = job.metadata;
  const labels = Object.entries(pod.metadata.labels ?? {}).map(([key, value]) => [
    key,
    value === recorded ? name : value,
  ]);
  const metadata = {
    ...pod.metadata,
    labels: { ...Object.fromEntries(labels), ...job.spec.template.metadata?.labels },
    ownerReferences:
      pod.metadata.ownerReferences?.map((owner) => (owner.uid === uid ? { ...owner, name } : owner)) ?? [],
  };
  return { ...pod, ...withContainer({ spec: pod.spec, status: pod.status }, containerOf(job)), metadata };
}

/** A pod, or the parts of one that changed. */
function withContainer(part: Record<string, unknown>, agent: string): Record<string, unknown> {
  if (agent === agentContainer) return part;
  const { spec, status } = part;
  return {
    ...part,
    ...(isRecord(spec) && { spec: { ...spec, ...named(spec, 'containers', agent) } }),
    ...(isRecord(status) && { status: { ...status, ...named(status, 'containerStatuses', agent) } }),
  };
}

function named(part: Record<string, unknown>, key: string, agent: string): Record<string, unknown> {
  const list = part[key];
  if (!Array.isArray(list)) return {};
  return { [key]: list.map((one) => (isRecord(one) && one.name === agentContainer ? { ...one, name: agent } : one)) };
}
