import type { Asked } from '../../loopback/api-request.ts';
import { placeOf, verbOf } from '../../loopback/api-request.ts';
import type { History } from '../history/history.ts';

/** Of a call that the recording does not have. */
const usualMs = 5;
/** The head of a stream comes with its first byte, and of a request that hung it is no measure. */
const longestMs = 5_000;

/** ms until a request is answered: as long as the recorded ones of its kind took, one after the other. */
export function latencyIn({ latencies }: History): (asked: Asked) => number {
  const taken = new Map<string, number>();
  const known = new Map([...latencies].map(([call, all]) => [call, all.filter((ms) => ms < longestMs)]));
  return ({ method, url }) => {
    const { pathname, searchParams } = new URL(url, 'http://loopback');
    const place = placeOf(pathname);
    const verb = verbOf(method, searchParams, place);
    if (verb === 'watch' || searchParams.get('follow') === 'true') return usualMs;
    const call = `${verb} ${place.subresource === undefined ? place.resource : `${place.resource}/${place.subresource}`}`;
    const all = known.get(call) ?? [];
    const index = Math.min(taken.get(call) ?? 0, all.length - 1);
    taken.set(call, index + 1);
    return all[index] ?? usualMs;
  };
}
