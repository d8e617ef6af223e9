import type { Exchange } from './exchanges.ts';
import { placeIn } from './sightings.ts';

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
  lines: readonly ReadLine[];
  /** The unfinished last line. */
  rest: string;
}

export function logStreamsOf(exchanges: readonly Exchange[]): LogStream[] {
  return exchanges.flatMap((exchange) => {
    if (exchange.request.resource !== 'pods/log' || (exchange.head?.status ?? 0) !== 200) return [];
    const { searchParams } = new URL(exchange.request.path, 'http://recorded');
    const { namespace = '', name = '' } = placeIn(exchange.request.path);
    const since = searchParams.get('sinceTime');
    return [
      {
        exchange,
        namespace,
        pod: name,
        container: searchParams.get('container') ?? '',
        follow: searchParams.get('follow') === 'true',
        since: since === null ? undefined : Math.floor(Date.parse(since) / 1000) * 1000,
        ...linesOf(exchange),
      },
    ];
  });
}

/** The kubelet serves the rest of a line of more than 16 KiB without a timestamp of its own. */
const stamped = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) /;

function linesOf({ pieces }: Exchange): { lines: ReadLine[]; rest: string } {
  const lines: ReadLine[] = [];
  let rest = Buffer.alloc(0);
  for (const { at, bytes, elided } of pieces) {
    if (elided !== undefined) {
      lines.push(...fillers(elided, at, lines.at(-1)?.stamp));
      rest = Buffer.alloc(0);
      continue;
    }
    const all = Buffer.concat([rest, bytes]);
    const end = all.lastIndexOf(0x0a);
    rest = all.subarray(end + 1);
    if (end < 0) continue;
    for (const line of all.subarray(0, end).toString('utf8').split('\n')) {
      const stamp = stamped.exec(line)?.[1];
      lines.push({ at, stamp, text: stamp === undefined ? line : line.slice(stamp.length + 1) });
    }
  }
  return { lines, rest: rest.toString('utf8') };
}

/** Lines in the place of those whose text was not kept: as many and about as long, and nothing that Claude Code would say. */
function fillers(elided: { lines: number; bytes: number }, at: number, after: string | undefined): ReadLine[] {
  const stampBytes = 31;
  const each = Math.max(20, Math.floor(elided.bytes / Math.max(1, elided.lines)) - stampBytes - 1);
  const text = `{"type":"elided","x":"${'x'.repeat(Math.max(0, each - 23))}"}`;
  return Array.from({ length: elided.lines }, (_, index) => ({
    at,
    stamp: after === undefined ? undefined : later(after, index + 1),
    text,
    elided: true as const,
  }));
}

/** So many nanoseconds later, within the same second where there is room. */
function later(stamp: string, nanoseconds: number): string {
  const [, seconds = '', fraction = '', zone = 'Z'] = /^(.*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(stamp) ?? [];
  const moved = Math.min(999_999_999, Number(fraction.padEnd(9, '0')) + nanoseconds);
  return `${seconds}.${String(moved).padStart(9, '0')}${zone}`;
}
