import type { Cluster, Subscriber } from '../kubernetes/cluster.ts';
import type { RunPlan } from '../manifest/plan.ts';
import type { Observation } from '../run/observation.ts';
import type { JobSnapshot, PodSnapshot } from '../run/snapshot.ts';
import type { Clock } from './clock.ts';

/** What the shared reflectors see of one Job and its pods, as observations. */
export function watchJob(
  { plan, cluster, clock }: { plan: RunPlan; cluster: Cluster; clock: Clock },
  jobUid: string,
  push: (seen: Observation) => void,
): () => void {
  const { namespace } = plan.request;
  const jobs: Subscriber<JobSnapshot> = {
    matches: ({ uid }) => uid === jobUid,
    seen: (job) => push({ type: 'job_seen', at: clock.now(), job }),
    gone: (uid, last, route) => push({ type: 'job_gone', at: clock.now(), uid, last, route }),
    degraded: (fault) => push({ type: 'watch_degraded', at: clock.now(), kind: 'jobs', fault }),
    recovered: () => push({ type: 'watch_recovered', at: clock.now(), kind: 'jobs' }),
  };
  const pods: Subscriber<PodSnapshot> = {
    matches: (pod) => pod.jobUid === jobUid,
    seen: (pod) => push({ type: 'pod_seen', at: clock.now(), pod }),
    gone: (uid, last, route) => push({ type: 'pod_gone', at: clock.now(), uid, last, route }),
    degraded: (fault) => push({ type: 'watch_degraded', at: clock.now(), kind: 'pods', fault }),
    recovered: () => push({ type: 'watch_recovered', at: clock.now(), kind: 'pods' }),
  };
  const unwatch = [cluster.watchJobs(namespace, jobs), cluster.watchPods(namespace, pods)];
  return () => {
    for (const stop of unwatch) stop();
  };
}
