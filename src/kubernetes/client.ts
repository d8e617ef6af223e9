import type { KubeConfig } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import type { Clock } from '../engine/clock.ts';
import { fleetSelector } from '../manifest/labels.ts';
import { callOnce } from './call.ts';
import type { Cluster } from './cluster.ts';
import type { ApiListener } from './exchange.ts';
import { fields, type Json, list, text } from './json.ts';
import { openLog } from './log-stream.ts';
import { observeEvent, observeJob, observeNode } from './observe.ts';
import { observePod } from './observe-pod.ts';
import { Reflector } from './reflector.ts';
import { type Ask, createTransport, type Response } from './transport.ts';
import type { WireTap } from './wire.ts';

export interface ClusterInput {
  config: KubeConfig;
  clock: Clock;
  listener?: ApiListener | undefined;
  /** Hears every request and what came of it, byte by byte. */
  tap?: WireTap | undefined;
  /** Stands for the network. */
  dispatcher?: Dispatcher | undefined;
  /** In [0, 1); for pauses that differ between processes. */
  random?: () => number;
}

export function createCluster(input: ClusterInput): Cluster {
  const { config, clock, listener, tap, dispatcher, random = Math.random } = input;
  const transport = createTransport(config, clock, listener, tap, dispatcher);
  const now = () => clock.now();
  const call = <T>(ask: Ask, read: (body: Json, response: Response) => T) => callOnce(transport, now, ask, read);
  const get = (path: string, resource: string): Ask => ({ method: 'GET', path, verb: 'get', resource });
  const reflectors = {
    jobs: new Map<string, Reflector<ReturnType<typeof observeJob>>>(),
    pods: new Map<string, Reflector<ReturnType<typeof observePod>>>(),
  };

  function listAll(path: string, resource: string, query: Record<string, string>, over: Partial<Ask> = {}) {
    const ask = get(`${path}?${new URLSearchParams(query)}`, resource);
    return call({ ...ask, verb: 'list', ...over }, (body) => ({
      items: list(body, 'items'),
      resourceVersion: text(body, 'metadata', 'resourceVersion') ?? '',
    }));
  }

  function reflector<T extends { uid: string; resourceVersion: string }>(
    kind: 'jobs' | 'pods',
    path: string,
    observe: (object: Json) => T,
  ) {
    return new Reflector<T>({
      kind,
      path,
      selector: fleetSelector,
      transport,
      clock,
      listener,
      observe,
      random,
      listAll: (signal) => listAll(path, kind, { labelSelector: fleetSelector }, { signal, shared: true }),
    });
  }

  return {
    server: transport.server,
    version: () =>
      call(get('/version', 'version'), (body) => ({
        major: Number.parseInt(text(body, 'major') ?? '', 10),
        minor: Number.parseInt(text(body, 'minor') ?? '', 10),
        gitVersion: text(body, 'gitVersion') ?? '',
      })),
    canI(verb, resource, namespace, group = '') {
      const [plural, subresource] = resource.split('/');
      const review = {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb, resource: plural, subresource, namespace, group } },
      };
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const ask: Ask = { method: 'POST', path, body: review, verb: 'create', resource: 'selfsubjectaccessreviews' };
      return call(ask, (body) => fields(body, 'status')?.allowed === true);
    },
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
    createSecret: (namespace, secret) =>
      call(
        { method: 'POST', path: corePath(namespace, 'secrets'), body: secret, verb: 'create', resource: 'secrets' },
        (body) => ({ name: text(body, 'metadata', 'name') ?? '', uid: text(body, 'metadata', 'uid') ?? '' }),
      ),
    async listPods(namespace, selector) {
      const answer = await listAll(corePath(namespace, 'pods'), 'pods', { labelSelector: selector });
      if (!answer.ok) return answer;
      const { items, resourceVersion } = answer.value;
      return { ...answer, value: { pods: items.map(observePod), resourceVersion } };
    },
    // Raw objects as the API wrote them: times are text.
    readPodRaw: (namespace, name) => call(get(corePath(namespace, 'pods', name), 'pods'), (body) => body as object),
    readClaimRaw: (namespace, name) =>
      call(
        get(corePath(namespace, 'persistentvolumeclaims', name), 'persistentvolumeclaims'),
        (body) => body as object,
      ),
    readNamespace: (name) =>
      call(get(`/api/v1/namespaces/${encodeURIComponent(name)}`, 'namespaces'), () => 'there' as const),
    async listQuotasRaw(namespace) {
      const answer = await listAll(corePath(namespace, 'resourcequotas'), 'resourcequotas', {});
      return answer.ok ? { ...answer, value: answer.value.items.map((item) => item as object) } : answer;
    },
    async listEvents(namespace, fieldSelector) {
      const answer = await listAll(corePath(namespace, 'events'), 'events', { fieldSelector });
      return answer.ok ? { ...answer, value: answer.value.items.map(observeEvent) } : answer;
    },
    readNode: (name) => call(get(`/api/v1/nodes/${encodeURIComponent(name)}`, 'nodes'), observeNode),
    openLog: (ask, feed) => openLog(transport, now, ask, feed),
    watchJobs(namespace, subscriber) {
      const shared = reflectors.jobs.get(namespace) ?? reflector('jobs', jobsPath(namespace), observeJob);
      reflectors.jobs.set(namespace, shared);
      return shared.subscribe(subscriber);
    },
    watchPods(namespace, subscriber) {
      const shared = reflectors.pods.get(namespace) ?? reflector('pods', corePath(namespace, 'pods'), observePod);
      reflectors.pods.set(namespace, shared);
      return shared.subscribe(subscriber);
    },
    async close() {
      for (const shared of [...reflectors.jobs.values(), ...reflectors.pods.values()]) shared.stop();
      await transport.close();
    },
  };
}

function jobsPath(namespace: string, name?: string): string {
  const path = `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

function corePath(namespace: string, plural: string, name?: string): string {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}
