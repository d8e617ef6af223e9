import type { RunSinks } from './runtime.ts';

/** The run's output in order, one write at a time. Adjacent pieces that wait together are written together, within the host's limit. */
export class Output {
  private waiting: string[] = [];
  private busy: Promise<void> | undefined;
  private readonly sinks: Pick<RunSinks, 'log'>;
  private readonly failed: (error: unknown) => void;

  constructor(sinks: Pick<RunSinks, 'log'>, failed: (error: unknown) => void) {
    this.sinks = sinks;
    this.failed = failed;
  }

  push(chunks: readonly string[]): void {
    for (const chunk of chunks) this.waiting.push(chunk);
    this.busy ??= this.drain();
  }

  /** Resolves when everything pushed so far is written; at once when nothing waits. */
  get settled(): Promise<void> | undefined {
    return this.busy;
  }

  private async drain(): Promise<void> {
    for (let batch = this.next(); batch !== undefined; batch = this.next()) {
      try {
        await this.sinks.log(batch);
      } catch (error) {
        this.failed(error);
      }
    }
    this.busy = undefined;
  }

  private next(): string | undefined {
    let length = 0;
    let count = 0;
    for (const chunk of this.waiting) {
      if (count > 0 && length + chunk.length > maxChars) break;
      length += chunk.length;
      count++;
    }
    if (count === 1) return this.waiting.shift();
    return count === 0 ? undefined : this.waiting.splice(0, count).join('');
  }
}

/** The host cuts a longer piece in its middle; a chunk of a long line is at most this. */
const maxChars = 60 * 1024;
