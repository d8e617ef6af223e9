import { isRecord } from '../../loopback/object.ts';
import type { Life } from './lives.ts';

/** By pod and container, ms since the epoch by the recording process's clock. */
export type ContainerEnds = (at: { namespace: string; pod: string; container: string }) => number | undefined;

/** When containers ended: as their states say in whole seconds, or when their pod was seen to be over or gone. */
export function containerEndsOf(lives: readonly Life[], skewMs: number): ContainerEnds {
  const pods = lives.filter(({ resource }) => resource === 'pods');
  return ({ namespace, pod, container }) => {
    const ends = pods
      .filter((life) => life.namespace === namespace && life.name === pod)
      .flatMap(({ versions, goneAt = Infinity }) => [
        ...versions.map(({ at, object }) => endIn(object.status, container, at, skewMs)),
        goneAt,
      ]);
    const end = Math.min(...ends, Infinity);
    return Number.isFinite(end) ? end : undefined;
  };
}

function endIn(status: unknown, container: string, seenAt: number, skewMs: number): number {
  if (!isRecord(status)) return Infinity;
  const { initContainerStatuses, containerStatuses, phase } = status;
  const all = [initContainerStatuses, containerStatuses].flatMap((list) => (Array.isArray(list) ? list : []));
  const terminated = all.find((one) => one?.name === container)?.state?.terminated;
  const finishedAt = Date.parse(terminated?.finishedAt) - skewMs;
  if (!Number.isNaN(finishedAt)) return Math.min(finishedAt, seenAt);
  return isRecord(terminated) || phase === 'Failed' || phase === 'Succeeded' ? seenAt : Infinity;
}
