import type { ContainerEnds } from './container-ends.ts';
import type { LogStream } from './log-streams.ts';
import { containerOf } from './logs.ts';

/** States say their times in whole seconds. */
const stateMs = 1_000;
/** The follow of a container that has ended ends as soon as it has brought what there is. */
const atOnceMs = 2_000;

/** Whether a read ended in order because its container had: then nothing more comes of it by any way. */
export function naturalEnds(streams: readonly LogStream[], ends: ContainerEnds): (stream: LogStream) => boolean {
  const natural = new Set<LogStream>();
  for (const all of Map.groupBy(streams, containerOf).values()) {
    const latest = all.map(latestIn);
    let heard = '';
    for (const [index, stream] of all.entries()) {
      heard = max(heard, latest[index] ?? '');
      const goesOn = latest.some((stamp, other) => other > index && stamp > heard);
      if (!goesOn && isNatural(stream, all.slice(index + 1), ends)) natural.add(stream);
    }
  }
  return (stream) => natural.has(stream);
}

function isNatural(stream: LogStream, later: readonly LogStream[], ends: ContainerEnds): boolean {
  const { end, endAt = 0 } = stream.exchange;
  if (end?.how !== 'complete') return false;
  const endedAt = ends(stream);
  if (endedAt !== undefined) return endAt >= endedAt - stateMs;
  // Its state never told: the follows after it did, each of which ended too.
  const follows = later.filter(({ follow }) => follow);
  return follows.length > 0 && follows.every(endsAtOnce);
}

function endsAtOnce({ exchange: { end, at, endAt = Infinity } }: LogStream): boolean {
  return end?.how === 'complete' && endAt - at < atOnceMs;
}

/** Stamps are padded to one length, so that text order is time order. */
function latestIn({ lines }: LogStream): string {
  return lines.reduce((most, { stamp = '', elided }) => (elided ? most : max(most, stamp)), '');
}

function max(one: string, other: string): string {
  return other > one ? other : one;
}
