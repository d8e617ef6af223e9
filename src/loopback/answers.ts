import type { ApiRequest } from './api-request.ts';
import { resourceOf } from './api-request.ts';
import { isRecord, type NewObject } from './object.ts';
import { apiVersionOf, resources } from './resources.ts';
import { badRequest, deleted, methodNotAllowed, unknownResource } from './status.ts';
import type { ListQuery, Store } from './store.ts';

export interface OneShot {
  status: number;
  body: unknown;
}

/** Answers a request for one object or one list from the store. @throws Refusal */
export function answerFrom(store: Store, request: ApiRequest): OneShot {
  const resource = resourceOf(request);
  const { namespace, name, verb } = request;
  if (request.subresource !== undefined) throw unknownResource();
  const of = { resource, namespace };
  if (name === undefined) {
    if (verb === 'list') return { status: 200, body: listBody(store, request) };
    if (verb !== 'create') throw methodNotAllowed();
    const dry = request.query.get('dryRun') === 'All';
    return { status: 201, body: dry ? store.dryRun(of, asSent(request)) : store.create(of, asSent(request)) };
  }
  const at = { ...of, name };
  switch (verb) {
    case 'get':
      return { status: 200, body: store.read(at) };
    case 'patch':
      return { status: 200, body: store.patch(at, request.contentType, request.body) };
    case 'delete': {
      const { uid } = store.read(at).metadata;
      const still = store.delete(at, isRecord(request.body) ? request.body : {});
      return { status: 200, body: still ?? deleted(resources[resource], name, uid) };
    }
    default:
      throw methodNotAllowed();
  }
}

function listBody(store: Store, request: ApiRequest): Record<string, unknown> {
  const resource = resources[resourceOf(request)];
  const asked = (key: string) => request.query.get(key) ?? undefined;
  const query: ListQuery = {
    labelSelector: asked('labelSelector'),
    fieldSelector: asked('fieldSelector'),
    resourceVersion: asked('resourceVersion'),
    resourceVersionMatch: asked('resourceVersionMatch'),
  };
  const { items, resourceVersion } = store.list({ resource: resourceOf(request), namespace: request.namespace }, query);
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion }, items };
}

/** A client can't set the status of what it creates. */
function asSent(request: ApiRequest): NewObject {
  const { body } = request;
  if (!isRecord(body)) throw badRequest('the object provided is unrecognized: it is no JSON object');
  const metadata = isRecord(body.metadata) ? body.metadata : {};
  const status = { pods: { phase: 'Pending' }, jobs: {} }[request.resource];
  return { ...body, metadata, ...(status === undefined ? {} : { status }) };
}
