import { isRecord } from '../../loopback/object.ts';
import { type Exchange, parsed } from './exchanges.ts';

export interface WatchLine {
  at: number;
  type: string;
  object: unknown;
}

/** Several ask for the events of one watch, and to parse them is the most of what a history costs. */
const known = new WeakMap<Exchange['pieces'], readonly WatchLine[]>();

/** What a watch brought, event by event, each when its last byte came. */
export function watchLinesOf({ pieces }: Exchange): readonly WatchLine[] {
  const lines = known.get(pieces) ?? linesIn(pieces);
  known.set(pieces, lines);
  return lines;
}

function linesIn(pieces: Exchange['pieces']): WatchLine[] {
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  return pieces.flatMap(({ at, bytes }) => {
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(0x0a);
    rest = all.subarray(end + 1);
    if (end < 0) return [];
    const lines = all.subarray(0, end).toString('utf8').split('\n');
    return lines.flatMap((line) => {
      const event = parsed(line);
      return isRecord(event) && typeof event.type === 'string' ? [{ at, type: event.type, object: event.object }] : [];
    });
  });
}
