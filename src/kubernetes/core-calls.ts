import type { Cluster } from './cluster.ts';
import { fields, text } from './json.ts';
import { observeEvent, observeNode } from './observe.ts';
import { observePod } from './observe-pod.ts';
import { type Calls, corePath } from './one-shot.ts';
import type { Ask } from './transport.ts';

type CoreCalls = Pick<
  Cluster,
  | 'version'
  | 'canI'
  | 'createSecret'
  | 'listPods'
  | 'readPodRaw'
  | 'readClaimRaw'
  | 'readNamespace'
  | 'listQuotasRaw'
  | 'listEvents'
  | 'readNode'
>;

/** Everything that is asked once, but for Jobs. */
export function coreCalls({ call, get, listAll }: Calls): CoreCalls {
  return {
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
  };
}
