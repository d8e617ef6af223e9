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
    const ends = all.flatMap((stream) => (stream.follow && isWhole(stream) ? (stream.exchange.endAt ?? []) : []));
    const end = endOf(first) ?? Infinity;
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

export function containerOf({ namespace, pod, container }: Pick<LogStream, 'namespace' | 'pod' | 'container'>): string {
  return `${namespace}/${pod}/${container}`;
}
