import { type Exchange, placeIn, queryIn } from './exchanges.ts';
import { elidedLines, type Hole } from './fillers.ts';
import { readLine } from './log-line.ts';

/** A line as one read of a log brought it. */
export interface ReadLine {
  /** When its last byte came. */
  at: number;
  stamp: string | undefined;
  text: string;
  elided?: true;
}

/** One read of a container's log. */
export interface LogStream {
  exchange: Exchange;
  namespace: string;
  pod: string;
  container: string;
  follow: boolean;
  /** ms since the epoch; undefined: from the beginning. */
  since: number | undefined;
  /** It asks for the last lines only: it may begin anywhere. */
  tail: boolean;
  lines: readonly ReadLine[];
  /** The unfinished last line. */
  rest: string;
  /** It was cut off where it was asked to end, in whatever line that was. */
  limited: boolean;
}

export function logStreamsOf(exchanges: readonly Exchange[]): LogStream[] {
  return exchanges.flatMap((exchange) => {
    const { request, head, pieces } = exchange;
    if (request.resource !== 'pods/log' || (head !== undefined && head.status !== 200)) return [];
    const query = queryIn(request.path);
    const { namespace = '', name = '' } = placeIn(request.path);
    const since = Math.floor(Date.parse(query.get('sinceTime') ?? '') / 1000) * 1000;
    const limit = Number(query.get('limitBytes') ?? Number.NaN);
    return [
      {
        exchange,
        namespace,
        pod: name,
        container: query.get('container') ?? '',
        follow: query.get('follow') === 'true',
        since: Number.isNaN(since) ? undefined : since,
        tail: query.has('tailLines'),
        limited: pieces.reduce((sum, { bytes }) => sum + bytes.length, 0) >= limit,
        ...linesOf(exchange),
      },
    ];
  });
}

/** Bytes are one text until a newline, whatever the chunks. */
function linesOf({ pieces, endAt, at: askedAt }: Exchange): { lines: ReadLine[]; rest: string } {
  const lines: ReadLine[] = [];
  const endedAt = endAt ?? pieces.at(-1)?.at ?? askedAt;
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let hole: Hole | undefined;
  const fill = (next: ReadLine | undefined) => {
    if (hole === undefined) return;
    for (const line of elidedLines(hole, { before: lines.at(-1), next, endedAt })) lines.push(line);
    hole = undefined;
  };
  for (const { at, bytes, elided } of pieces) {
    if (elided !== undefined) {
      hole = { at, frame: elided, begun: rest.toString('utf8'), endsWithin: false };
      rest = Buffer.alloc(0);
      continue;
    }
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(0x0a);
    rest = all.subarray(end + 1);
    if (end < 0) continue;
    for (const text of all.subarray(0, end).toString('utf8').split('\n')) {
      const line = readLine(text, at);
      if (hole !== undefined && line.stamp === undefined) hole.endsWithin = true;
      else {
        fill(line);
        lines.push(line);
      }
    }
  }
  fill(undefined);
  return { lines, rest: rest.toString('utf8') };
}
