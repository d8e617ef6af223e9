import { isRecord } from '../../loopback/object.ts';
import { bodyOf, callOf, type Exchange } from './exchanges.ts';
import type { History } from './history.ts';

/** Less than this is what whole seconds and the way of the answers make of two clocks that agree. */
const noSkewMs = 1_500;

/** A Date header has whole seconds: on average it is half a second behind. */
export function skewOf(exchanges: readonly Exchange[]): number {
  const skews = exchanges
    .flatMap(({ head, headAt = 0 }) => Date.parse(head?.headers.date ?? '') + 500 - headAt)
    .filter((skew) => !Number.isNaN(skew))
    .sort((one, other) => one - other);
  const median = skews[Math.floor(skews.length / 2)] ?? 0;
  return Math.abs(median) < noSkewMs ? 0 : median;
}

export function apiVersionIn(exchanges: readonly Exchange[]): History['version'] {
  const body = exchanges
    .filter(({ request }) => request.resource === 'version')
    .map(bodyOf)
    .find(isRecord);
  const { major, minor, gitVersion } = body ?? {};
  if (typeof major !== 'string' || typeof minor !== 'string') return { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  return { major, minor, gitVersion: String(gitVersion) };
}

export function latenciesOf(exchanges: readonly Exchange[]): History['latencies'] {
  const byCall = Map.groupBy(exchanges, callOf);
  return new Map([...byCall].map(([call, all]) => [call, all.flatMap((one) => latencyOf(one) ?? [])]));
}

/** A read of a log that was given up took at least so long. */
function latencyOf({ request, decidedAt, headAt, end, endAt = decidedAt }: Exchange): number | undefined {
  if (headAt !== undefined) return headAt - decidedAt;
  const isRead = request.resource === 'pods/log' && request.verb === 'get';
  return isRead && end?.how === 'aborted' ? endAt - decidedAt : undefined;
}
