import type { ApiExchange } from '../kubernetes/exchange.ts';
import type { Transition } from '../run/transition.ts';
import type { ElidedBytes } from './elided.ts';
import type { EndFrame } from './frame.ts';

/** A frame as it waits in memory, not yet redacted. `at` is ms since the epoch, `id` the request's within the process. */
export type Kept =
  | KeptRequest
  | { f: 'head'; at: number; id: number; status: number; headers: Readonly<Record<string, string>> }
  | KeptChunk
  | { f: 'end'; at: number; id: number; how: EndFrame['how']; error: unknown }
  | { f: 'elided'; at: number; id: number; what: ElidedBytes }
  | { f: 'decision'; at: number; transition: Transition };

export interface KeptChunk {
  f: 'chunk';
  at: number;
  id: number;
  bytes: Buffer;
  /** Bytes that it keeps from being freed, where they are not its own alone. */
  memory?: number;
  /** Line ends in it, when somebody has counted them. */
  lineEnds?: number;
}

export interface KeptRequest {
  f: 'request';
  at: number;
  id: number;
  verb: ApiExchange['verb'];
  resource: string;
  method: string;
  path: string;
  /** JSON. */
  body: string | undefined;
}

/** What a frame takes in memory, about. */
export function sizeOf(kept: Kept): number {
  switch (kept.f) {
    case 'request':
      return 400 + kept.path.length + (kept.body?.length ?? 0);
    case 'chunk':
      return 200 + (kept.memory ?? kept.bytes.length);
    case 'decision':
      return kept.transition.type === 'run_ended' ? 16_384 : 400;
    default:
      return 400;
  }
}
