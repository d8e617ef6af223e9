import { connect, type Socket } from 'node:net';

/** One request on a socket of its own, read byte by byte as it comes. */
export class Wire {
  readonly socket: Socket;
  text = '';
  /** `fin`, or the code of the error. */
  ended: string | undefined;

  constructor(url: string, path: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect({ host: hostname, port: Number(port) });
    this.socket.setEncoding('latin1');
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    this.socket.on('data', (data) => {
      this.text += data;
    });
    this.socket.on('end', () => {
      this.ended ??= 'fin';
    });
    this.socket.on('error', (error: NodeJS.ErrnoException) => {
      this.ended ??= error.code ?? error.message;
    });
  }

  get head(): string {
    return this.text.split('\r\n\r\n')[0] ?? '';
  }

  /** The body as it stands on the wire, in the chunked encoding. */
  get body(): string {
    return this.text.slice(this.head.length + 4);
  }

  /** The data of each chunk; an empty one is the terminator. */
  get chunks(): string[] {
    const chunks: string[] = [];
    let rest = this.body;
    for (let size = /^([0-9a-f]+)\r\n/.exec(rest); size?.[1] !== undefined; size = /^([0-9a-f]+)\r\n/.exec(rest)) {
      const length = Number.parseInt(size[1], 16);
      chunks.push(rest.slice(size[0].length, size[0].length + length));
      rest = rest.slice(size[0].length + length + 2);
    }
    return chunks.map((chunk) => Buffer.from(chunk, 'latin1').toString('utf8'));
  }
}
