/** The kinds that the loopback API serves, by their plural name in URLs. */
export interface Resource {
  plural: string;
  group: string;
  kind: string;
  namespaced: boolean;
  /** Whether the real API counts `metadata.generation` for this kind. */
  generation: boolean;
  /** Field labels that the real API lets a fieldSelector name. */
  fields: readonly string[];
}

const named = ['metadata.name', 'metadata.namespace'];

function core(plural: string, kind: string, more: Partial<Resource> = {}): Resource {
  return { plural, kind, group: '', namespaced: true, generation: false, fields: named, ...more };
}

export const resources = {
  jobs: core('jobs', 'Job', { group: 'batch', generation: true, fields: [...named, 'status.successful'] }),
  pods: core('pods', 'Pod', {
    generation: true,
    fields: [
      ...named,
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
  }),
  secrets: core('secrets', 'Secret', { fields: [...named, 'type'] }),
  events: core('events', 'Event', {
    fields: [
      ...named,
      ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
        (f) => `involvedObject.${f}`,
      ),
      'reason',
      'reportingComponent',
      'source',
      'type',
    ],
  }),
  persistentvolumeclaims: core('persistentvolumeclaims', 'PersistentVolumeClaim'),
  nodes: core('nodes', 'Node', { namespaced: false, fields: ['metadata.name', 'spec.unschedulable'] }),
  namespaces: core('namespaces', 'Namespace', { namespaced: false, fields: ['metadata.name', 'status.phase'] }),
} as const satisfies Record<string, Resource>;

export type ResourceName = keyof typeof resources;

export function isResourceName(name: string): name is ResourceName {
  return Object.hasOwn(resources, name);
}

/** `v1` or `batch/v1`. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`;
}

/** `jobs.batch`, `pods`: how the API names a resource in messages. */
export function qualifiedPlural(resource: Resource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** `Job.batch`, `Pod`: how it names a kind. */
export function qualifiedKind(resource: Resource): string {
  return resource.group === '' ? resource.kind : `${resource.kind}.${resource.group}`;
}
