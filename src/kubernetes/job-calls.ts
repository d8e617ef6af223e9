import type { Cluster } from './cluster.ts';
import { observeJob } from './observe.ts';
import { type Calls, jobsPath } from './one-shot.ts';

type JobCalls = Pick<Cluster, 'listJobs' | 'readJob' | 'createJob' | 'tryJob' | 'patchJob' | 'deleteJob'>;

export function jobCalls({ call, get, listAll }: Calls): JobCalls {
  return {
    async listJobs(namespace, selector, exactVersion) {
      const exact = exactVersion === undefined ? {} : { resourceVersion: exactVersion, resourceVersionMatch: 'Exact' };
      const answer = await listAll(jobsPath(namespace), 'jobs', { labelSelector: selector, ...exact });
      if (!answer.ok) return answer;
      const { items, resourceVersion } = answer.value;
      return { ...answer, value: { jobs: items.map(observeJob), resourceVersion } };
    },
    readJob: (namespace, name) => call(get(jobsPath(namespace, name), 'jobs'), observeJob),
    createJob: (namespace, job) =>
      call({ method: 'POST', path: jobsPath(namespace), body: job, verb: 'create', resource: 'jobs' }, observeJob),
    tryJob(namespace, job) {
      const path = `${jobsPath(namespace)}?dryRun=All`;
      return call({ method: 'POST', path, body: job, verb: 'create', resource: 'jobs' }, (_, { warnings }) => warnings);
    },
    patchJob: (namespace, name, patch) =>
      call(
        {
          method: 'PATCH',
          path: jobsPath(namespace, name),
          body: patch,
          contentType: 'application/json-patch+json',
          verb: 'patch',
          resource: 'jobs',
        },
        observeJob,
      ),
    deleteJob: (namespace, name, preconditions) => {
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions };
      const path = jobsPath(namespace, name);
      return call({ method: 'DELETE', path, body, verb: 'delete', resource: 'jobs' }, () => 'deleted' as const);
    },
  };
}
