import type { EndFrame, Frame, HeadFrame, RequestFrame } from '../../record/frame.ts';

/** One request to the API as it went. */
export interface Call {
  id: number;
  t: number;
  verb: string;
  resource: string;
  path: string;
  status: number | undefined;
  /** ms since the recording began; undefined while nothing came, or it never ended. */
  headAt: number | undefined;
  endAt: number | undefined;
  how: EndFrame['how'] | undefined;
  error: string | undefined;
  bytes: number;
  /** Lines and bytes that the recorder let go. */
  elided: { lines: number; bytes: number } | undefined;
  /** 1, or higher for a request that is made again after one of its kind failed. */
  tries: number;
}

export const callsMax = 20_000;

/** Requests, answers and ends, put together by their id. Memory is bounded: more calls are only counted. */
export class Calls {
  readonly all: Call[] = [];
  /** Those that came when there was no more room. */
  more = 0;
  private readonly open = new Map<number, Call>();
  private readonly latest = new Map<string, Call>();

  add(frame: Frame): void {
    if (frame.f === 'request') return this.begin(frame);
    if (!('id' in frame)) return;
    const call = this.open.get(frame.id);
    if (call === undefined) return;
    if (frame.f === 'head') answered(call, frame);
    else if (frame.f === 'chunk') call.bytes += bytesIn(frame.text, frame.base64);
    else if (frame.f === 'elided') call.elided = { lines: frame.lines, bytes: frame.bytes };
    else {
      call.endAt = frame.t;
      call.how = frame.how;
      if (frame.how === 'failed') call.error = [frame.error?.code, frame.error?.message].filter(Boolean).join(': ');
      this.open.delete(frame.id);
    }
  }

  private begin({ id, t, verb, resource, path }: RequestFrame): void {
    if (this.all.length >= callsMax) {
      this.more++;
      return;
    }
    const kind = `${verb} ${resource} ${path.split('?')[0]}`;
    const before = this.latest.get(kind);
    const again = before !== undefined && !isStream({ verb }) && isFault(before);
    const call: Call = {
      ...{ id, t, verb, resource, path, status: undefined, headAt: undefined, endAt: undefined },
      ...{ how: undefined, error: undefined, bytes: 0, elided: undefined, tries: again ? before.tries + 1 : 1 },
    };
    this.all.push(call);
    this.open.set(id, call);
    this.latest.set(kind, call);
  }
}

/** A request whose answer goes on: its length is not its latency. */
export function isStream({ verb }: Pick<Call, 'verb'>): boolean {
  return verb === 'watch' || verb === 'follow';
}

/** There was no answer, it broke off, or it says no. */
export function isFault({ status, how }: Pick<Call, 'status' | 'how'>): boolean {
  return how === 'failed' || (status !== undefined && status >= 400);
}

/** How it went, in words. */
export function outcomeOf(call: Call): string {
  const { status, how, error } = call;
  if (how === 'failed')
    return `${status === undefined ? 'no answer' : `${status}, broke off`}: ${error || 'no reason'}`;
  if (how === undefined) return `${status ?? 'no answer'}, open to the end`;
  return `${status ?? 'no answer'}${how === 'aborted' ? ', ended by us' : ''}`;
}

/** To the end of a one-shot call, to the head of a stream. */
export function latencyOf(call: Call): number | undefined {
  const until = isStream(call) ? (call.headAt ?? call.endAt) : call.endAt;
  return until === undefined ? undefined : until - call.t;
}

function answered(call: Call, { t, status }: HeadFrame): void {
  call.headAt = t;
  call.status = status;
}

function bytesIn(text: string | undefined, base64: string | undefined): number {
  if (text !== undefined) return Buffer.byteLength(text);
  return base64 === undefined ? 0 : Buffer.byteLength(base64, 'base64');
}
