import type { ServerResponse } from 'node:http';
import type { ApiRequest } from './api-request.ts';

/**
 * Every way in which a streamed answer comes to its end.
 * - `clean`: the terminator of the chunked encoding
 * - `reset`: RST
 * - `fin`: the connection is closed in an orderly way, but in the middle of the answer
 * - `stall`: nothing more comes, and the connection stays
 */
export type StreamEnd = 'clean' | 'reset' | 'fin' | 'stall';

/** A watch or a followed log under way. What is written after its end goes nowhere. */
export class OpenStream {
  readonly request: ApiRequest;
  private readonly response: ServerResponse;
  private over = false;
  private whenOver: (() => void)[] = [];

  constructor(response: ServerResponse, request: ApiRequest) {
    this.response = response;
    this.request = request;
    // Also for an answer that stays empty, whose end would otherwise be told by its length.
    response.setHeader('Transfer-Encoding', 'chunked');
    response.on('close', () => this.finish());
  }

  get isOpen(): boolean {
    return !this.over;
  }

  /** What was written and not yet taken by the network, because the other side does not read. */
  get unsentBytes(): number {
    return this.response.writableLength;
  }

  /** Sends the head now. Without this it goes out with the first byte. */
  open(): void {
    this.response.flushHeaders();
  }

  /** One chunk on the wire. */
  write(bytes: Buffer | string): void {
    if (!this.over && bytes.length > 0) this.response.write(bytes);
  }

  end(how: StreamEnd): void {
    if (this.over) return;
    this.finish();
    const { socket } = this.response;
    switch (how) {
      case 'clean':
        this.response.end();
        return;
      case 'reset':
        socket?.resetAndDestroy();
        return;
      case 'fin':
        socket?.end();
        return;
      case 'stall':
    }
  }

  /** Called once, whoever ends it. */
  onEnd(fn: () => void): void {
    this.whenOver.push(fn);
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    for (const fn of this.whenOver.splice(0)) fn();
  }
}

/** The streams of a server that are open now. */
export class OpenStreams {
  private streams = new Set<OpenStream>();

  start(response: ServerResponse, request: ApiRequest): OpenStream {
    const stream = new OpenStream(response, request);
    this.streams.add(stream);
    stream.onEnd(() => this.streams.delete(stream));
    return stream;
  }

  list(matches: (request: ApiRequest) => boolean = () => true): OpenStream[] {
    return [...this.streams].filter(({ request }) => matches(request));
  }

  /** @returns how many were ended */
  cut(how: StreamEnd, matches?: (request: ApiRequest) => boolean): number {
    const found = this.list(matches);
    for (const stream of found) stream.end(how);
    return found.length;
  }
}

export function isWatch(request: ApiRequest): boolean {
  return request.verb === 'watch';
}

export function isLog(request: ApiRequest): boolean {
  return request.subresource === 'log';
}
