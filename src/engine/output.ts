import type { RunSinks } from './runtime.ts';

/** The run's output in order, one write at a time. Adjacent pieces that wait together are written together, within the host's limit. */
export class Output {
  private waiting: string[] = [];
  private waitingChars = 0;
  private busy: Promise<void> | undefined;
  private readonly sinks: Pick<RunSinks, 'log'>;
  private readonly failed: (error: unknown) => void;

  constructor(sinks: Pick<RunSinks, 'log'>, failed: (error: unknown) => void) {
    this.sinks = sinks;
    this.failed = failed;
  }

  push(chunks: readonly string[]): void {
    const [first, ...others] = chunks;
    // Where nothing waits the piece is handed on without being held: what is held while V8 marks outlives its use.
    if (this.busy !== undefined || first === undefined || others.length > 0) {
      for (const chunk of chunks) this.wait(chunk);
      this.busy ??= this.drain();
      return;
    }
    const written = this.write(first);
    if (written !== undefined) this.busy = written.then(() => this.drain());
  }

  /** Resolves when more may be pushed; undefined while what waits is less than one write. */
  get room(): Promise<void> | undefined {
    return this.waitingChars < maxChars ? undefined : this.busy;
  }

  /** Resolves when everything pushed so far is written; undefined when nothing waits. */
  get settled(): Promise<void> | undefined {
    return this.busy;
  }

  private wait(chunk: string): void {
    this.waiting.push(chunk);
    this.waitingChars += chunk.length;
  }

  private async drain(): Promise<void> {
    for (let batch = this.next(); batch !== undefined; batch = this.next()) await this.write(batch);
    this.busy = undefined;
  }

  /** Undefined when it is taken at once; never rejects. */
  private write(text: string): Promise<void> | undefined {
    try {
      const taken = this.sinks.log(text);
      return taken === undefined ? undefined : Promise.resolve(taken).catch(this.failed);
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  private next(): string | undefined {
    let length = 0;
    let count = 0;
    for (const chunk of this.waiting) {
      if (count > 0 && length + chunk.length > maxChars) break;
      length += chunk.length;
      count++;
    }
    this.waitingChars -= length;
    if (count === 1) return this.waiting.shift();
    return count === 0 ? undefined : this.waiting.splice(0, count).join('');
  }
}

/** The host cuts a longer piece in its middle; a chunk of a long line is at most this. */
const maxChars = 60 * 1024;
