import type { OpenStream } from './open-stream.ts';

/** One line as the kubelet keeps it. */
export interface LogEntry {
  /** RFC 3339; undefined for the rest of a long line, which the kubelet serves without one. */
  stamp: string | undefined;
  text: string;
}

/** How bytes are cut into chunks on the wire; together the pieces must be the bytes. */
export type Chunking = (bytes: Buffer) => Buffer[];

export interface LogOptions {
  follow: boolean;
  timestamps: boolean;
  /** ms since the epoch, whole seconds. */
  since: number | undefined;
}

/** The output of one container: what was said stays, what is said is sent to every open follow. */
export class ContainerLog {
  chunking: Chunking = (bytes) => [bytes];
  private entries: LogEntry[] = [];
  private follows = new Map<OpenStream, LogOptions>();
  private finished = false;
  private readonly stampNow: () => string;

  constructor(stampNow: () => string) {
    this.stampNow = stampNow;
  }

  get isFinished(): boolean {
    return this.finished;
  }

  /** Whole lines; those of one call go out together. A bare text is stamped with the time. */
  push(...lines: readonly (string | LogEntry)[]): void {
    const said = lines.map((line) => (typeof line === 'string' ? { stamp: this.stampNow(), text: line } : line));
    this.entries.push(...said);
    for (const [stream, options] of this.follows) this.send(stream, encode(said, options));
  }

  /** Bytes for the open follows only, as one chunk: the beginning of a line that is cut before its end. */
  pushRaw(bytes: Buffer | string): void {
    for (const stream of this.follows.keys()) stream.write(bytes);
  }

  /** The container has ended: so does every follow, now and later. */
  finish(): void {
    this.finished = true;
    for (const stream of this.follows.keys()) stream.end('clean');
  }

  /** The kubelet serves the current file only: what was said before can't be had any more. */
  rotate(): void {
    this.entries = [];
  }

  /** The head goes out with the first byte, as the real one's does: a follow of a silent container has none. */
  serve(stream: OpenStream, options: LogOptions): void {
    this.send(stream, encode(this.entriesSince(options.since), options));
    if (!options.follow || this.finished) return stream.end('clean');
    this.follows.set(stream, options);
    stream.onEnd(() => this.follows.delete(stream));
  }

  private send(stream: OpenStream, bytes: Buffer): void {
    for (const chunk of this.chunking(bytes)) stream.write(chunk);
  }

  private entriesSince(since: number | undefined): LogEntry[] {
    if (since === undefined) return this.entries;
    let at = Number.NEGATIVE_INFINITY;
    return this.entries.filter(({ stamp }) => {
      if (stamp !== undefined) at = Date.parse(stamp);
      return at >= since;
    });
  }
}

function encode(entries: readonly LogEntry[], { timestamps }: LogOptions): Buffer {
  const lines = entries.map(({ stamp, text }) =>
    timestamps && stamp !== undefined ? `${stamp} ${text}\n` : `${text}\n`,
  );
  return Buffer.from(lines.join(''));
}

/** Pieces of so many bytes, wherever that cuts a line or a character. */
export function inPiecesOf(size: number): Chunking {
  return (bytes) =>
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, piece) =>
      bytes.subarray(piece * size, (piece + 1) * size),
    );
}
