import type { Answer } from '../run/answer.ts';
import { callOnce } from './call.ts';
import { type Json, list, text } from './json.ts';
import type { Ask, Response, Transport } from './transport.ts';

/** What all one-shot calls are made of. */
export interface Calls {
  call<T>(ask: Ask, read: (body: Json, response: Response) => T): Promise<Answer<T>>;
  get(path: string, resource: string): Ask;
  listAll(
    path: string,
    resource: string,
    query: Record<string, string>,
    over?: Partial<Ask>,
  ): Promise<Answer<{ items: readonly Json[]; resourceVersion: string }>>;
}

export function callsThrough(transport: Transport, now: () => number): Calls {
  const call: Calls['call'] = (ask, read) => callOnce(transport, now, ask, read);
  const get: Calls['get'] = (path, resource) => ({ method: 'GET', path, verb: 'get', resource });
  return {
    call,
    get,
    listAll(path, resource, query, over = {}) {
      const ask = get(`${path}?${new URLSearchParams(query)}`, resource);
      return call({ ...ask, verb: 'list', ...over }, (body) => ({
        items: list(body, 'items'),
        resourceVersion: text(body, 'metadata', 'resourceVersion') ?? '',
      }));
    },
  };
}

export function jobsPath(namespace: string, name?: string): string {
  const path = `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}/jobs`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}

export function corePath(namespace: string, plural: string, name?: string): string {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/${plural}`;
  return name === undefined ? path : `${path}/${encodeURIComponent(name)}`;
}
