import type { ApiRequest } from './api-request.ts';
import type { Reply } from './reply.ts';

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
  private readonly reply: Reply;
  private over = false;
  private whenOver: (() => void)[] = [];

  constructor(reply: Reply, request: ApiRequest) {
    this.reply = reply;
    this.request = request;
    // Also for an answer that stays empty, whose end would otherwise be told by its length.
    reply.header('Transfer-Encoding', 'chunked');
    reply.onClose(() => this.finish());
  }

  get isOpen(): boolean {
    return !this.over;
  }

  /** What was written and not yet taken by the network, because the other side does not read. */
  get unsentBytes(): number {
    return this.reply.unsentBytes;
  }

  /** Sends the head now. Without this it goes out with the first byte. */
  open(): void {
    this.reply.flush();
  }

  /** One chunk on the wire. */
  write(bytes: Buffer | string): void {
    if (!this.over && bytes.length > 0) this.reply.write(bytes);
  }

  end(how: StreamEnd): void {
    if (this.over) return;
    this.finish();
    if (how === 'clean') this.reply.finish();
    else if (how !== 'stall') this.reply.cut(how);
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

  start(reply: Reply, request: ApiRequest): OpenStream {
    const stream = new OpenStream(reply, request);
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
