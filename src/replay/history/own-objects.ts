import type { KubeObject } from '../../loopback/object.ts';
import type { ResourceName } from '../../loopback/resources.ts';
import type { OwnWrites } from '../world/own-writes.ts';
import type { Anchor } from './history.ts';

/** What has to do with the run's Job: the Job, its pods, and the events of both. */
export function isOfRun(own: OwnWrites): (resource: ResourceName, object: KubeObject) => boolean {
  const jobs = [...own.jobs, ...own.adopted];
  return (resource, { metadata, involvedObject }) => {
    switch (resource) {
      case 'jobs':
        return jobs.some(({ uid }) => uid === metadata.uid);
      case 'events': {
        const { uid, name } = Object(involvedObject);
        return jobs.some((job) => job.uid === uid || String(name).startsWith(job.name));
      }
      default:
        return metadata.ownerReferences?.some(({ uid }) => jobs.some((job) => job.uid === uid)) ?? false;
    }
  };
}

/** The latest write of the run's own that may have brought about what was seen of its Job at `at`. */
export function anchorAt(at: number, { jobs, adopted, asked }: OwnWrites): Anchor {
  const passed = (['deleted', 'released', 'created'] as const).find((anchor) => (asked[anchor] ?? Infinity) <= at);
  return passed ?? (jobs.length > 0 && adopted.length === 0 ? 'created' : 'started');
}
