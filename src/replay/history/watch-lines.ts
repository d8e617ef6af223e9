import { isRecord } from '../../loopback/object.ts';
import { type Exchange, parsed } from './exchanges.ts';

export interface WatchLine {
  at: number;
  type: string;
  object: unknown;
}

/** What a watch brought, event by event, each when its last byte came. */
export function watchLinesOf({ pieces }: Exchange): WatchLine[] {
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
