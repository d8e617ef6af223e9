import { isRecord } from '../../loopback/object.ts';
import type { DecisionFrame, Frame, HeaderFrame } from '../../record/frame.ts';
import { ownWrites } from '../world/own-writes.ts';
import { inCausalOrder, listMarks } from './causal-order.ts';
import { cutsOf } from './cuts.ts';
import { bodyOf, type Exchange, exchangesOf } from './exchanges.ts';
import { happeningsOf } from './happenings.ts';
import type { History } from './history.ts';
import { type LogStream, logStreamsOf } from './log-streams.ts';
import { logsOf } from './logs.ts';
import { outagesOf } from './outages.ts';
import { type Sighting, sightingsOf } from './sightings.ts';
import { toldIn } from './told.ts';

/** The history of the cluster as a recording shows it. @throws Error for frames without a header */
export function historyOf(frames: readonly Frame[]): History {
  const header = frames.find((frame): frame is HeaderFrame => frame.f === 'header');
  if (header === undefined) throw new Error('the recording has no header');
  const { request, startedAt } = header;
  const decisions = frames.filter((frame): frame is DecisionFrame => frame.f === 'decision');
  const last = frames.reduce((latest, frame) => ('t' in frame ? Math.max(latest, frame.t) : latest), 0);
  const exchanges = exchangesOf(frames, startedAt);
  const own = ownWrites(frames);
  const sightings = inCausalOrder(sightingsOf(exchanges), exchanges);
  const streams = logStreamsOf(exchanges);
  const ends = finishTimes(sightings);
  const isNatural = (stream: LogStream) => endsByItself(stream, ends);
  const logs = logsOf(streams, own, isNatural);
  const wasWritten = ({ request: asked }: Exchange) =>
    asked.verb === 'create' &&
    sightings.some(({ name, object }) => object !== undefined && name === nameIn(asked.body));
  return {
    request,
    startedAt,
    endedAt: startedAt + last,
    skewMs: skewOf(exchanges),
    version: versionOf(exchanges),
    denied: deniedIn(exchanges),
    happenings: happeningsOf(sightings, { startedAt, own, firstAnswerAt: listMarks(exchanges)[0]?.at ?? startedAt }),
    logs,
    cuts: cutsOf(exchanges, streams, logs, isNatural),
    outages: outagesOf(exchanges, wasWritten),
    latencies: latenciesOf(exchanges),
    told: toldIn(decisions),
  };
}

/** By pod and container: when it finished, by the node's clock in whole seconds. */
function finishTimes(sightings: readonly Sighting[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { resource, name, object } of sightings) {
    if (resource !== 'pods' || !isRecord(object?.status)) continue;
    const { containerStatuses } = object.status;
    for (const status of Array.isArray(containerStatuses) ? containerStatuses : []) {
      const finishedAt = Date.parse(status.state?.terminated?.finishedAt);
      if (!Number.isNaN(finishedAt)) ends.set(`${name}/${status.name}`, finishedAt);
    }
  }
  return ends;
}

/** A follow that ends in order when its container has ended. Times of nodes are whole seconds. */
function endsByItself({ exchange, pod, container }: LogStream, ends: ReadonlyMap<string, number>): boolean {
  if (exchange.end?.how !== 'complete') return false;
  const finishedAt = ends.get(`${pod}/${container}`);
  return finishedAt !== undefined && (exchange.endAt ?? 0) >= finishedAt - 1_000;
}

function nameIn(body: unknown): unknown {
  return Object(Object(body).metadata).name;
}

/** A Date header has whole seconds: on average it is half a second behind. */
function skewOf(exchanges: readonly Exchange[]): number {
  const skews = exchanges
    .flatMap(({ head, headAt = 0 }) =>
      head?.headers.date === undefined ? [] : [Date.parse(head.headers.date) + 500 - headAt],
    )
    .filter((skew) => !Number.isNaN(skew))
    .sort((one, other) => one - other);
  const median = skews[Math.floor(skews.length / 2)] ?? 0;
  return Math.abs(median) < 1_500 ? 0 : median;
}

function versionOf(exchanges: readonly Exchange[]): History['version'] {
  const body = exchanges
    .filter(({ request }) => request.resource === 'version')
    .map(bodyOf)
    .find(isRecord);
  const { major, minor, gitVersion } = body ?? {};
  if (typeof major !== 'string' || typeof minor !== 'string') return { major: '1', minor: '34', gitVersion: 'v1.34.0' };
  return { major, minor, gitVersion: String(gitVersion) };
}

function deniedIn(exchanges: readonly Exchange[]): History['denied'] {
  return exchanges.flatMap((exchange) => {
    if (exchange.request.resource !== 'selfsubjectaccessreviews') return [];
    const body = Object(bodyOf(exchange));
    if (Object(body.status).allowed !== false) return [];
    const { verb, resource, subresource, namespace } = Object(Object(body.spec).resourceAttributes);
    return [{ verb, resource: subresource ? `${resource}/${subresource}` : resource, ...(namespace && { namespace }) }];
  });
}

function latenciesOf(exchanges: readonly Exchange[]): History['latencies'] {
  const answered = exchanges.filter(({ headAt }) => headAt !== undefined);
  const byCall = Map.groupBy(answered, ({ request }) => `${request.verb} ${request.resource}`);
  return new Map([...byCall].map(([call, all]) => [call, all.map(({ at, headAt = at }) => headAt - at)]));
}
