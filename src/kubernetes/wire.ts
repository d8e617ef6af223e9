import type { Ask } from './transport.ts';

/** Who listens on the wire (the recorder). Must not throw, must not wait; a throw is swallowed. Times are ms since the epoch. */
export interface WireTap {
  /** A request leaves; what follows of it is told to the listener that comes back. Undefined: nobody cares for it. */
  request(ask: Ask, at: number): WireListener | undefined;
}

export interface WireListener {
  head(status: number, headers: Readonly<Record<string, string>>, at: number): void;
  /** A chunk of the body as it came from the network. */
  chunk(bytes: Buffer, at: number): void;
  /** Of a log: how long the first chunk is that this was not said of yet, and its line ends. It may come late, or never. */
  counted?(bytes: number, lineEnds: number): void;
  /** Once, and last. */
  end(how: 'complete' | 'aborted' | 'failed', error: unknown, at: number): void;
}
