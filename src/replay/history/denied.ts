import { isRecord } from '../../loopback/object.ts';
import { bodyOf, type Exchange, isFine } from './exchanges.ts';
import type { History } from './history.ts';
import { clusterCall } from './windows.ts';

type Denial = History['denied'][number];

/** What the account may not do: it was told so when it asked, or when it tried and never was let. */
export function deniedIn(exchanges: readonly Exchange[]): Denial[] {
  const all = exchanges.flatMap(
    (exchange) => reviewed(exchange) ?? (isDenial(exchange, exchanges) ? tried(exchange) : []),
  );
  return [...new Map(all.map((denial) => [JSON.stringify(denial), denial])).values()];
}

/** A refusal for want of a right that the account did not have at any time. */
export function isDenial(exchange: Exchange, exchanges: readonly Exchange[]): boolean {
  if (tried(exchange).length === 0) return false;
  const call = clusterCall(exchange);
  return !exchanges.some((one) => clusterCall(one) === call && isFine(one));
}

function reviewed(exchange: Exchange): Denial[] | undefined {
  if (exchange.request.resource !== 'selfsubjectaccessreviews') return undefined;
  const body = bodyOf(exchange);
  if (!isRecord(body) || Object(body.status).allowed !== false) return [];
  const { verb, resource, subresource, namespace } = Object(Object(body.spec).resourceAttributes);
  return [denial(verb, subresource ? `${resource}/${subresource}` : resource, namespace)];
}

const words = /is forbidden: User ".*" cannot (\S+) resource "([^"]+)".*?(?:in the namespace "([^"]*)"|$)/s;

function tried(exchange: Exchange): Denial[] {
  if (exchange.head?.status !== 403) return [];
  const [, verb, resource, namespace] = words.exec(String(Object(bodyOf(exchange)).message)) ?? [];
  return verb === undefined || resource === undefined ? [] : [denial(verb, resource, namespace)];
}

function denial(verb: string, resource: string, namespace: string | undefined): Denial {
  return { verb, resource, ...(namespace && { namespace }) };
}
