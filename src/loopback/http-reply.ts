import type { ServerResponse } from 'node:http';
import type { Reply } from './reply.ts';

export class HttpReply implements Reply {
  private readonly response: ServerResponse;

  constructor(response: ServerResponse) {
    this.response = response;
    response.sendDate = false;
  }

  get unsentBytes(): number {
    return this.response.writableLength;
  }

  status(code: number): void {
    this.response.statusCode = code;
  }

  header(name: string, value: string): void {
    this.response.setHeader(name, value);
  }

  flush(): void {
    this.response.flushHeaders();
  }

  write(bytes: Buffer | string): void {
    this.response.write(bytes);
  }

  finish(bytes?: string): void {
    this.response.end(bytes);
  }

  cut(how: 'reset' | 'fin'): void {
    if (how === 'reset') this.response.socket?.resetAndDestroy();
    else this.response.socket?.end();
  }

  onClose(fn: () => void): void {
    this.response.on('close', fn);
  }
}
