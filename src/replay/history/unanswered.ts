import { callOf, type Exchange } from './exchanges.ts';
import type { Outage } from './history.ts';
import type { LostWrite } from './lost-writes.ts';
import { turn, windowOf } from './windows.ts';

/** A request that is refused or reset fails at once; one that takes longer waited for an answer. */
const hangMs = 5_000;

/** Requests that had no answer, or not the whole of it: the API could not be reached, until one that was made later was answered. */
export function unansweredOf(exchanges: readonly Exchange[], lost: readonly LostWrite[]): Outage[] {
  const outages: Outage[] = [];
  const heard = heardTimes(exchanges);
  for (const [index, exchange] of exchanges.entries()) {
    if (lost.some((write) => write.exchange === exchange)) {
      outages.push({ ...windowOf(exchange, exchanges), call: callOf(exchange), fault: { is: 'lost' } });
      continue;
    }
    const is = failureOf(exchange);
    if (is === undefined) continue;
    const next = exchanges.slice(index + 1).find(({ head, at }) => head !== undefined && at > exchange.at);
    const from = turn(heard.findLast((at) => at <= exchange.at) ?? -Infinity, exchange.at);
    const to = next === undefined ? Infinity : turn(exchange.at, next.at);
    const until = next?.at ?? Infinity;
    const others = heard.some((at) => at > exchange.at && at < until);
    // Something came of another request meanwhile: it is this kind alone.
    if (others || exchange.head !== undefined) {
      outages.push({ ...windowOf(exchange, exchanges), from, call: callOf(exchange), fault: { is } });
    } else {
      add(outages, { from, to, call: undefined, fault: { is } });
      // A build that asks a moment earlier meets the same.
      const { from: first } = windowOf(exchange, exchanges);
      if (first === -Infinity) outages.push({ from: first, to: from, call: callOf(exchange), fault: { is } });
    }
  }
  return outages;
}

/** Failures of one time are one outage, as long as they are of one kind. */
function add(outages: Outage[], outage: Outage): void {
  const last = outages.findLast(({ call }) => call === undefined);
  if (last === undefined || last.to < outage.from) outages.push(outage);
  else if (last.fault.is === outage.fault.is) last.to = Math.max(last.to, outage.to);
  else {
    last.to = outage.from;
    outages.push(outage);
  }
}

function failureOf({ request, head, end, at, endAt = at }: Exchange): 'reset' | 'hang' | undefined {
  if (end === undefined || end.how === 'complete') return undefined;
  const isStream = request.verb === 'follow' || request.verb === 'watch';
  // A stream that had begun was cut; and the head of a follow comes only with the first line.
  if (head !== undefined) return !isStream && end.how === 'failed' && head.status < 300 ? 'reset' : undefined;
  if (end.how === 'failed') return endAt - at > hangMs ? 'hang' : 'reset';
  return request.verb !== 'follow' && endAt - at > hangMs ? 'hang' : undefined;
}

/** When anything came of any request, in order. */
function heardTimes(exchanges: readonly Exchange[]): number[] {
  const times = exchanges.flatMap(({ headAt, pieces }) => [headAt ?? [], pieces.map(({ at }) => at)].flat());
  return times.sort((one, other) => one - other);
}
