import type { Dispatcher } from 'undici';
import type { Ask } from './transport.ts';
import type { WireListener, WireTap } from './wire.ts';

/** One request that somebody listens to. */
export interface Wiretapped {
  /** Sits at the socket's side of the pool: chunks pass as they came from the network, whoever reads them and when. */
  interceptor: Dispatcher.DispatcherComposeInterceptor;
  /** There was no request, or no answer, and the interceptor may not have heard of it. */
  failed(error: unknown): void;
  counted(bytes: number, lineEnds: number): void;
}

/** Undefined when nobody cares for this request. Whatever the listener throws is swallowed. */
export function listenOn(tap: WireTap, ask: Ask, now: () => number): Wiretapped | undefined {
  let listener: WireListener | undefined;
  const quietly = (tell: () => void) => {
    try {
      tell();
    } catch {
      // A listener never touches a run.
    }
  };
  quietly(() => {
    listener = tap.request(ask, now());
  });
  if (listener === undefined) return undefined;
  const told = listener;
  let over = false;
  const end = (how: 'complete' | 'aborted' | 'failed', error: unknown) => {
    if (over) return;
    over = true;
    quietly(() => told.end(how, error, now()));
  };
  const failed = (error: unknown) => end(isOurs(error, ask.signal) ? 'aborted' : 'failed', error);
  const interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
      onRequestUpgrade: (controller, status, headers, socket) =>
        handler.onRequestUpgrade?.(controller, status, headers, socket),
      onResponseStart(controller, status, headers, message) {
        // An informational answer is followed by the real one.
        if (status >= 200) quietly(() => told.head(status, flat(headers), now()));
        return handler.onResponseStart?.(controller, status, headers, message);
      },
      onResponseData(controller, chunk) {
        try {
          told.chunk(chunk, now());
        } catch {
          // As above; without a function for each chunk.
        }
        return handler.onResponseData?.(controller, chunk);
      },
      onResponseEnd(controller, trailers) {
        end('complete', undefined);
        return handler.onResponseEnd?.(controller, trailers);
      },
      onResponseError(controller, error) {
        failed(error);
        return handler.onResponseError?.(controller, error);
      },
    });
  return { interceptor, failed, counted: (bytes, lineEnds) => quietly(() => told.counted?.(bytes, lineEnds)) };
}

/** Ended by a signal of ours, by a reader that wants no more, or with the whole pool. */
function isOurs(error: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true) return true;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'UND_ERR_ABORTED' || code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED';
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}
