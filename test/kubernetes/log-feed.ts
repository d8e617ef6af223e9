import type { LogFeed } from '../../src/kubernetes/cluster.ts';
import type { ApiFault } from '../../src/run/answer.ts';
import type { LogEnd } from '../../src/run/observation.ts';
import type { LogLine } from '../../src/run/snapshot.ts';

/** What one log request told, in order. */
export class Heard implements LogFeed {
  readonly calls: string[] = [];
  readonly lines: LogLine[] = [];
  bytes = 0;
  end: { how: LogEnd; partial: LogLine | undefined; fault: ApiFault | undefined } | undefined;
  /** What each `received` is answered with. */
  hold: () => void | Promise<void> = () => undefined;

  get texts(): string[] {
    return this.lines.map(({ text }) => text);
  }

  opened(): void {
    this.calls.push('opened');
  }

  received(bytes: number, lines: readonly LogLine[]): void | Promise<void> {
    this.calls.push('received');
    this.bytes += bytes;
    this.lines.push(...lines);
    return this.hold();
  }

  ended(how: LogEnd, partial: LogLine | undefined, fault: ApiFault | undefined): void {
    this.calls.push('ended');
    this.end = { how, partial, fault };
  }
}
