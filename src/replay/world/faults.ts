import type { ApiRequest } from '../../loopback/api-request.ts';
import type { ClusterApi } from '../../loopback/cluster-api.ts';
import type { Fault } from '../../loopback/faults.ts';
import { isLog, isWatch } from '../../loopback/open-stream.ts';
import { watchExpired } from '../../loopback/status.ts';
import type { Outage, StreamCut } from '../history/history.ts';
import type { Schedule } from './schedule.ts';

/** Lets requests fail for as long as they failed. */
export function fail(api: ClusterApi, schedule: Schedule, { from, to, call, fault }: Outage): void {
  const during = () => schedule.now() >= from && schedule.now() < to;
  const matches = (request: ApiRequest) => during() && (call === undefined || callOf(request) === nameOf(call));
  api.faults.add(matches, faultOf(fault), fault.is === 'lost' ? 1 : Number.POSITIVE_INFINITY);
}

/** A log is got or followed: one call to the cluster. */
export function nameOf(call: string): string {
  return call === 'follow pods/log' ? 'get pods/log' : call;
}

export function callOf({ verb, resource, subresource }: ApiRequest): string {
  return `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
}

function faultOf(fault: Outage['fault']): Fault {
  if (fault.is !== 'answer') return fault;
  const { retryAfter, ...rest } = fault;
  return retryAfter === undefined ? rest : { ...rest, retryAfter };
}

/** Ends the streams of one kind as they ended. */
export function cut(api: ClusterApi, { stream, how, fragment, expired }: StreamCut): void {
  const ofKind = (request: ApiRequest) =>
    stream === 'pods/log' ? isLog(request) : isWatch(request) && request.resource === stream;
  for (const open of api.streams.list(ofKind)) {
    if (fragment !== undefined) open.write(fragment);
    if (expired === true)
      open.write(`${JSON.stringify({ type: 'ERROR', object: watchExpired(0, api.store.version) })}\n`);
    open.end(how);
  }
  if (expired === true) api.store.compact();
}
