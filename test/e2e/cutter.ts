import type { IncomingMessage, ServerResponse } from 'node:http';

export type Where =
  | 'in the stamp'
  | 'in the text'
  | 'in a character of 3 bytes'
  | 'in a character of 4 bytes'
  | 'between two lines';

/** `end` is a clean end of the chunked body, `reset` an RST of the connection. */
export interface Cut {
  where: Where;
  how: 'end' | 'reset';
}

export interface Done extends Cut {
  /** Of the body that went to the client before. */
  bytes: number;
  /** The last bytes of them. */
  tail: Buffer;
}

/**
 * Cuts answers at an exact byte, each cut once and in order, each a few numbered lines further on than the one before, so
 * that what was cut is always new. A line says its number as `"n":7,` before its text.
 */
export class Cutter {
  readonly done: Done[] = [];
  private readonly cuts: Cut[];
  private passed = 0;

  constructor(cuts: readonly Cut[]) {
    this.cuts = [...cuts];
  }

  relay(answer: IncomingMessage, client: ServerResponse): void {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      const [next] = this.cuts;
      const at = next === undefined ? undefined : this.place(chunk, next.where);
      if (next === undefined || at === undefined) {
        bytes += chunk.length;
        client.write(chunk);
        return;
      }
      this.cuts.shift();
      const part = chunk.subarray(0, at);
      this.done.push({ ...next, bytes: bytes + part.length, tail: part.subarray(-12) });
      answer.removeAllListeners('data');
      client.write(part, () => end(client, next.how));
    });
    answer.on('end', () => client.end());
    answer.on('error', () => client.destroy());
  }

  /** Undefined: not in this chunk. */
  private place(chunk: Buffer, where: Where): number | undefined {
    const text = chunk.toString('latin1');
    const fresh = [...text.matchAll(/"n":(\d+),/g)].find(([, n]) => Number(n) > this.passed + 3);
    if (fresh === undefined) return undefined;
    const at = positionOf(text, fresh.index, where);
    if (at === undefined || at <= 0 || at > chunk.length) return undefined;
    this.passed = Number(fresh[1]);
    return at;
  }
}

function positionOf(text: string, from: number, where: Where): number | undefined {
  switch (where) {
    case 'in the stamp':
      return text.lastIndexOf('\n', from) + 1 + 10;
    case 'in the text':
      return from + 3;
    case 'in a character of 3 bytes':
      return after(text, /[\xe0-\xef]/g, from, 2);
    case 'in a character of 4 bytes':
      return after(text, /[\xf0-\xf7]/g, from, 3);
    case 'between two lines':
      return after(text, /\n/g, from, 1);
  }
}

function after(text: string, what: RegExp, from: number, more: number): number | undefined {
  what.lastIndex = from;
  const found = what.exec(text);
  return found === null ? undefined : found.index + more;
}

function end(client: ServerResponse, how: Cut['how']): void {
  if (how === 'end') client.end();
  else client.socket?.resetAndDestroy();
}
