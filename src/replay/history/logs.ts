import type { OwnWrites } from '../world/own-writes.ts';
import type { ContainerEnds } from './container-ends.ts';
import type { RecordedLog } from './history.ts';
import { joined } from './joined-lines.ts';
import { inTime } from './line-times.ts';
import type { LogStream, ReadLine } from './log-streams.ts';
import { anchorAt } from './own-objects.ts';

export interface LogsInput {
  streams: readonly LogStream[];
  own: OwnWrites;
  skewMs: number;
  /** The container had ended when this read did. */
  isWhole(stream: LogStream): boolean;
  endOf: ContainerEnds;
}

/** What each container said, put together from all reads of its log. */
export function logsOf({ streams, own, skewMs, isWhole, endOf }: LogsInput): RecordedLog[] {
  const answered = streams.filter(({ exchange }) => exchange.head !== undefined);
  return [...Map.groupBy(answered, containerOf).values()].flatMap((all): RecordedLog[] => {
    const [first] = all;
    if (first === undefined) return [];
    const { namespace, pod, container, exchange } = first;
    const read = all.reduce<readonly ReadLine[]>((known, stream) => joined(known, stream, isWhole(stream)), []);
    const end = endOf(first) ?? Infinity;
    const ends = all.flatMap((stream) => endSeenBy(stream, isWhole(stream), end) ?? []);
    return [
      {
        namespace,
        pod,
        container,
        after: anchorAt(exchange.at, own),
        lines: inTime(read, { askedAt: exchange.at, skewMs, before: end <= exchange.at ? end : Infinity }),
        ...(ends.length > 0 && { endedAt: Math.min(...ends) }),
      },
    ];
  });
}

/** A follow that was still open after its container's end, when nobody wanted it any more, had its end later. */
function endSeenBy(
  { follow, exchange: { end, endAt = 0 } }: LogStream,
  whole: boolean,
  ended: number,
): number | undefined {
  return follow && (whole || (end?.how === 'aborted' && endAt > ended)) ? endAt : undefined;
}

export function containerOf({ namespace, pod, container }: Pick<LogStream, 'namespace' | 'pod' | 'container'>): string {
  return `${namespace}/${pod}/${container}`;
}
