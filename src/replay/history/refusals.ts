import { isResourceName } from '../../loopback/resources.ts';
import { isDenial } from './denied.ts';
import { bodyOf, callOf, type Exchange, isFine, placeIn } from './exchanges.ts';
import type { Outage } from './history.ts';
import type { Life } from './lives.ts';
import { isTaken } from './lost-writes.ts';
import { windowOf } from './windows.ts';

/** Answers that say no for no reason that lies in the objects: each holds until the next request of its kind met something else. */
export function refusalsOf(exchanges: readonly Exchange[], lives: readonly Life[]): Outage[] {
  return exchanges.flatMap((exchange): Outage[] => {
    const { head } = exchange;
    if (head === undefined || isFine(exchange)) return [];
    if (isDenial(exchange, exchanges) || isExplained(exchange, exchanges, lives)) return [];
    const retryAfter = head.headers['retry-after'];
    const fault = {
      is: 'answer',
      status: head.status,
      body: bodyOf(exchange) ?? '',
      ...(retryAfter && { retryAfter }),
    } as const;
    return [{ ...windowOf(exchange, exchanges), call: callOf(exchange), fault }];
  });
}

/** Of an object that is not there, or is not what the request takes it for: the objects say so again by themselves. */
function isExplained(exchange: Exchange, exchanges: readonly Exchange[], lives: readonly Life[]): boolean {
  const { request, head } = exchange;
  switch (head?.status) {
    case 400:
      return request.resource === 'pods/log';
    case 404:
      return placeIn(request.path).name !== undefined && !isThere(exchange, lives);
    case 409:
      return request.verb !== 'create' || (isTaken(exchange) && wasMade(exchange, exchanges, lives));
    case 410:
      return true;
    case 422:
      // A patch whose test failed is answered without a word on any field.
      return request.verb === 'patch' && Object(Object(bodyOf(exchange)).details).causes === undefined;
    default:
      return false;
  }
}

/** It was seen before and after. */
function isThere({ request, at, headAt = at }: Exchange, lives: readonly Life[]): boolean {
  const { namespace, name } = placeIn(request.path);
  const [resource = ''] = request.resource.split('/');
  return lives.some(
    (life) =>
      life.resource === resource &&
      life.namespace === namespace &&
      life.name === name &&
      (life.versions[0]?.at ?? Infinity) < at &&
      (life.goneAt ?? Infinity) > headAt,
  );
}

/** Somebody has the name, or an earlier creation of our own took it. */
function wasMade({ request, at }: Exchange, exchanges: readonly Exchange[], lives: readonly Life[]): boolean {
  const nameOf = (body: unknown) => Object(Object(body).metadata).name;
  const name = nameOf(request.body);
  const known =
    isResourceName(request.resource) && lives.some((life) => life.resource === request.resource && life.name === name);
  return (
    known ||
    exchanges.some(
      (one) =>
        one.at < at &&
        one.request.verb === 'create' &&
        one.request.resource === request.resource &&
        nameOf(one.request.body) === name &&
        (one.head === undefined || isFine(one)),
    )
  );
}
