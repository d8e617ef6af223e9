import { turnBytes } from './json-bytes.ts';
import type { Kept } from './kept.ts';
import type { Redactor } from './redact.ts';

/** How the body of an answer is read. */
type Body = 'log' | 'events' | 'whole';

/** Pieces of one body that follow one another without a hole. */
interface Stretch {
  body: Body;
  pieces: Buffer[];
  redacted: Promise<Buffer> | undefined;
  given: number;
}

/** The chunks of all answers, redacted as whole lines or whole answers and cut again where the network had cut them. */
export class Bodies {
  private readonly stretches = new Map<Kept, Stretch>();
  private readonly redactor: Redactor;
  private readonly turn: () => Promise<void>;

  constructor(frames: readonly Kept[], redactor: Redactor, turn: () => Promise<void>) {
    this.redactor = redactor;
    this.turn = turn;
    const bodies = bodiesOf(frames);
    const open = new Map<number, Stretch>();
    for (const kept of frames) {
      if (kept.f === 'elided') open.delete(kept.id);
      if (kept.f !== 'chunk') continue;
      const body = bodies.get(kept.id) ?? 'whole';
      const stretch = open.get(kept.id) ?? { body, pieces: [], redacted: undefined, given: 0 };
      open.set(kept.id, stretch);
      stretch.pieces.push(kept.bytes);
      this.stretches.set(kept, stretch);
    }
  }

  /** The redacted bytes of a chunk; in the order of the chunks. */
  async take(chunk: Extract<Kept, { f: 'chunk' }>): Promise<Buffer> {
    const stretch = this.stretches.get(chunk);
    if (stretch === undefined) return Buffer.alloc(0);
    stretch.redacted ??= this.redact(stretch);
    const whole = await stretch.redacted;
    const from = stretch.given;
    stretch.given += chunk.bytes.length;
    return whole.subarray(from, stretch.given);
  }

  private async redact({ body, pieces }: Stretch): Promise<Buffer> {
    const text = Buffer.concat(pieces).toString('latin1');
    if (body === 'whole') return Buffer.from(await this.redactor.objectInTurns(text, this.turn), 'latin1');
    const done: Buffer[] = [];
    let waiting: string[] = [];
    let bytes = 0;
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from);
      const to = end < 0 ? text.length : end;
      waiting.push(this.line(body, text.slice(from, to)), end < 0 ? '' : '\n');
      bytes += to - from + 1;
      from = to + 1;
      if (bytes < turnBytes) continue;
      done.push(Buffer.from(waiting.join(''), 'latin1'));
      waiting = [];
      bytes = 0;
      await this.turn();
    }
    return Buffer.concat([...done, Buffer.from(waiting.join(''), 'latin1')]);
  }

  private line(body: Body, line: string): string {
    if (body === 'log') return this.redactor.logLine(line);
    return line === '' ? '' : this.redactor.object(line);
  }
}

function bodiesOf(frames: readonly Kept[]): Map<number, Body> {
  const asked = new Map(frames.flatMap((kept) => (kept.f === 'request' ? [[kept.id, kept] as const] : [])));
  return new Map(
    frames.flatMap((kept): [number, Body][] => {
      if (kept.f !== 'head' || kept.status !== 200) return [];
      const request = asked.get(kept.id);
      if (request?.resource === 'pods/log') return [[kept.id, 'log']];
      return request?.verb === 'watch' ? [[kept.id, 'events']] : [];
    }),
  );
}
