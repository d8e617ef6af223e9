import type { IncomingMessage } from 'node:http';
import { isResourceName, type ResourceName, resources } from './resources.ts';
import { badRequest, unknownResource } from './status.ts';

/** One request as the API server understands it. */
export interface ApiRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  contentType: string | undefined;
  headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined where there was none. */
  body: unknown;
  /** get, list, watch, create, patch, delete. */
  verb: string;
  group: string;
  /** Plural name as in the path, known to this server or not. */
  resource: string;
  subresource: string | undefined;
  namespace: string | undefined;
  name: string | undefined;
}

/** A request as it came, before it is understood. */
export interface Asked {
  method: string;
  /** Path and query. */
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** @throws Refusal 400 for a body that is not JSON */
export function readRequest({ method, url, headers, body }: Asked): ApiRequest {
  const { pathname, searchParams } = new URL(url, 'http://loopback');
  const place = placeOf(pathname);
  return {
    method,
    path: pathname,
    query: searchParams,
    contentType: headers['content-type'],
    headers,
    body: parseBody(body),
    verb: verbOf(method, searchParams, place),
    ...place,
  };
}

/** @throws Refusal 404 for a kind that this server does not know */
export function resourceOf({ resource, group }: ApiRequest): ResourceName {
  if (!isResourceName(resource) || resources[resource].group !== group) throw unknownResource();
  return resource;
}

/** `/api/v1/namespaces/a/pods/b/log`, `/apis/batch/v1/jobs`, `/api/v1/nodes/n`, `/api/v1/namespaces/a`, `/version`. */
export function placeOf(path: string): Pick<ApiRequest, 'group' | 'resource' | 'subresource' | 'namespace' | 'name'> {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const group = parts[0] === 'apis' ? (parts[1] ?? '') : '';
  const rest = parts[0] === 'apis' ? parts.slice(3) : parts[0] === 'api' ? parts.slice(2) : parts;
  const namespaced = rest[0] === 'namespaces' && rest.length > 2;
  const [resource = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  return { group, resource, subresource, namespace: namespaced ? rest[1] : undefined, name };
}

export function verbOf(
  method: string,
  query: URLSearchParams,
  { name, resource }: Pick<ApiRequest, 'name' | 'resource'>,
): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name === undefined ? 'deletecollection' : 'delete';
    default:
      if (name !== undefined || resource === 'version') return 'get';
      return ['true', '1'].includes(query.get('watch') ?? '') ? 'watch' : 'list';
  }
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(
      'the body of the request was in an unknown format - accepted media types include: application/json',
    );
  }
}
