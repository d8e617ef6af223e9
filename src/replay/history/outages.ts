import { bodyOf, type Exchange } from './exchanges.ts';
import type { Outage } from './history.ts';

/** When requests failed in a way that the state of the objects does not explain, and for how long. */
export function outagesOf(exchanges: readonly Exchange[], wasWritten: (exchange: Exchange) => boolean): Outage[] {
  return exchanges.flatMap((exchange, index): Outage[] => {
    const { request, head, end, at, endAt } = exchange;
    const call = `${request.verb} ${request.resource}`;
    const later = exchanges.slice(index + 1);
    if (head === undefined) {
      if (end === undefined || isSilentFollow(exchange)) return [];
      if (wasWritten(exchange)) return [{ from: at, to: at + 1, call, fault: { is: 'lost' } }];
      const to = later.find((one) => one.head !== undefined && one.at > at)?.at ?? Number.POSITIVE_INFINITY;
      const hung = end.how === 'aborted' || (endAt ?? at) - at > hangMs;
      return [{ from: at, to, call: undefined, fault: { is: hung ? 'hang' : 'reset' } }];
    }
    if (head.status < 400 || isExplained(exchange)) return [];
    const next = later.find((one) => one.request.verb === request.verb && isSameCall(one, exchange) && isFine(one));
    const retryAfter = head.headers['retry-after'];
    const fault = {
      is: 'answer',
      status: head.status,
      body: bodyOf(exchange) ?? '',
      ...(retryAfter && { retryAfter }),
    } as const;
    const before = exchanges
      .slice(0, index)
      .findLast((one) => one.request.verb === request.verb && isSameCall(one, exchange));
    // What was never asked before may have failed for as long as anybody knows.
    const from = before === undefined ? Number.NEGATIVE_INFINITY : at;
    return [{ from, to: next?.at ?? Number.POSITIVE_INFINITY, call, fault }];
  });
}

/** A request that is refused or reset fails at once. */
const hangMs = 5_000;

/** The head comes with the first byte: a follow of a silent container has none. */
function isSilentFollow({ request, end }: Exchange): boolean {
  return end?.how === 'aborted' && (request.verb === 'follow' || request.verb === 'watch');
}

function isSameCall(one: Exchange, other: Exchange): boolean {
  return one.request.resource === other.request.resource;
}

function isFine({ head }: Exchange): boolean {
  return head !== undefined && head.status < 400;
}

/** Of an object that is not there, or is not what the request takes it for: the objects themselves say so again. */
function isExplained({ request, head }: Exchange): boolean {
  if (request.resource === 'pods/log') return head?.status === 400;
  if (head?.status === 404 || head?.status === 410) return true;
  return (head?.status === 409 || head?.status === 422) && request.verb !== 'create';
}
