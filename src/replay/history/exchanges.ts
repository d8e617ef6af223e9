import { placeOf } from '../../loopback/api-request.ts';
import type { ElidedFrame, EndFrame, Frame, HeadFrame, RequestFrame } from '../../record/frame.ts';

export interface Piece {
  /** ms since the epoch. */
  at: number;
  bytes: Buffer;
  /** The middle of a log, that was not kept. */
  elided?: ElidedFrame;
}

/** A request that comes so long after a decision was made for another reason. */
const busyMs = 250;

/** One recorded request with everything that came of it. */
export interface Exchange {
  request: RequestFrame;
  at: number;
  /** When the run decided on it, as far as that can be told: a busy process sends it later. */
  decidedAt: number;
  head: HeadFrame | undefined;
  headAt: number | undefined;
  pieces: Piece[];
  end: EndFrame | undefined;
  endAt: number | undefined;
}

/** The requests of a recording in the order in which they left. */
export function exchangesOf(frames: Iterable<Frame>, startedAt: number): Exchange[] {
  const all = new Map<number, Exchange>();
  let decidedAt = startedAt;
  for (const frame of frames) {
    if (frame.f === 'header' || frame.f === 'footer') continue;
    if (frame.f === 'decision') {
      decidedAt = frame.transition.at;
      continue;
    }
    const at = startedAt + frame.t;
    if (frame.f === 'request') {
      const nothing = { head: undefined, headAt: undefined, end: undefined, endAt: undefined };
      const since = at - decidedAt < busyMs ? Math.min(decidedAt, at) : at;
      all.set(frame.id, { request: frame, at, decidedAt: since, pieces: [], ...nothing });
      continue;
    }
    const known = all.get(frame.id);
    if (known === undefined) continue;
    if (frame.f === 'head') Object.assign(known, { head: frame, headAt: at });
    else if (frame.f === 'end') {
      Object.assign(known, { end: frame, endAt: at });
      // What comes next may have waited for this.
      if (frame.how === 'complete') decidedAt = at;
    } else if (frame.f === 'chunk') known.pieces.push({ at, bytes: bytesOf(frame) });
    else if (frame.f === 'elided') known.pieces.push({ at, bytes: Buffer.alloc(0), elided: frame });
  }
  return [...all.values()].sort((one, other) => one.at - other.at);
}

/** As a person says it: `create jobs`. */
export function callOf({ request }: Exchange): string {
  return `${request.verb} ${request.resource}`;
}

export function isFine({ head }: Exchange): boolean {
  return head !== undefined && head.status < 400;
}

/** The namespace and the name that it is about, as far as its path says. */
export function placeIn(path: string): { namespace: string | undefined; name: string | undefined } {
  const { namespace, name } = placeOf(new URL(path, 'http://recorded').pathname);
  return { namespace, name };
}

export function queryIn(path: string): URLSearchParams {
  return new URL(path, 'http://recorded').searchParams;
}

/** When the last of it came: of its body, or else of its head. */
export function lastHeardAt({ pieces, headAt }: Exchange): number | undefined {
  return pieces.at(-1)?.at ?? headAt;
}

/** Its JSON, when it came whole. */
export function bodyOf(exchange: Exchange): unknown {
  return parsed(textOf(exchange));
}

export function textOf({ pieces }: Exchange): string {
  return Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('utf8');
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bytesOf({ text, base64 }: { text?: string; base64?: string }): Buffer {
  return text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text);
}
