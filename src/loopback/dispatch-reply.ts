import type { Dispatcher } from 'undici';
import { nextTurn } from '../engine/clock.ts';
import type { Reply } from './reply.ts';

type Handler = Dispatcher.DispatchHandler;

/** As undici words what a socket does. */
const deaths = {
  reset: Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }),
  fin: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
};

/** An answer handed to undici's handler, one event a turn as a socket would, and none while the reader wants no more. */
export class DispatchReply implements Reply {
  private readonly handler: Handler;
  private readonly stirred: () => void;
  private readonly headers: Record<string, string> = {};
  private readonly waiting: { bytes: number; act: () => void }[] = [];
  private readonly whenClosed: (() => void)[] = [];
  private readonly controller: Dispatcher.DispatchController;
  private code = 200;
  private head: 'none' | 'given' = 'none';
  private pumping = false;
  private paused = false;
  private over = false;

  constructor(handler: Handler, stirred: () => void) {
    this.handler = handler;
    this.stirred = stirred;
    this.controller = this.controls();
    handler.onRequestStart?.(this.controller, {});
  }

  get isOver(): boolean {
    return this.over;
  }

  get unsentBytes(): number {
    return this.waiting.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  status(code: number): void {
    this.code = code;
  }

  header(name: string, value: string): void {
    this.headers[name.toLowerCase()] = value;
  }

  flush(): void {
    if (this.head === 'given') return;
    this.head = 'given';
    this.later(() => this.handler.onResponseStart?.(this.controller, this.code, this.headers, ''));
  }

  write(bytes: Buffer | string): void {
    this.flush();
    const chunk = Buffer.from(bytes);
    this.later(() => this.handler.onResponseData?.(this.controller, chunk), chunk.length);
  }

  finish(bytes?: string): void {
    this.flush();
    if (bytes !== undefined && bytes !== '') this.write(bytes);
    this.later(() => {
      this.close();
      this.handler.onResponseEnd?.(this.controller, {});
    });
  }

  cut(how: 'reset' | 'fin'): void {
    this.later(() => this.die(deaths[how]));
  }

  /** Whoever asked is no more: the server sees the connection gone, and nobody is told. */
  vanish(): void {
    if (!this.over) this.close();
  }

  onClose(fn: () => void): void {
    if (this.over) fn();
    else this.whenClosed.push(fn);
  }

  private later(act: () => void, bytes = 0): void {
    if (this.over) return;
    this.waiting.push({ bytes, act });
    this.pump();
  }

  private pump(): void {
    if (this.pumping || this.paused || this.waiting.length === 0) return;
    this.pumping = true;
    this.stirred();
    nextTurn(() => {
      this.pumping = false;
      this.stirred();
      if (!this.over) this.waiting.shift()?.act();
      this.pump();
    });
  }

  private die(error: Error): void {
    if (this.over) return;
    this.close();
    this.handler.onResponseError?.(this.controller, error);
  }

  private close(): void {
    this.over = true;
    this.waiting.length = 0;
    for (const fn of this.whenClosed.splice(0)) fn();
  }

  private controls(): Dispatcher.DispatchController {
    const reply = this;
    let reason: Error | null = null;
    return {
      get aborted() {
        return reason !== null;
      },
      get paused() {
        return reply.paused;
      },
      get reason() {
        return reason;
      },
      rawHeaders: null,
      rawTrailers: null,
      abort(why: Error) {
        if (reply.over) return;
        reason = why ?? new DOMException('aborted', 'AbortError');
        reply.stirred();
        reply.die(reason);
      },
      pause() {
        reply.paused = true;
      },
      resume() {
        reply.paused = false;
        reply.pump();
      },
    };
  }
}
