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

/** So many bytes are redacted in one go; then everybody else has a turn. */
const turnBytes = 128 * 1024;

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
    if (body === 'whole') return Buffer.from(this.redactor.object(text), 'latin1');
    const lines: string[] = [];
    let bytes = 0;
    for (const line of text.split('\n')) {
      lines.push(body === 'log' ? this.redactor.logLine(line) : line === '' ? '' : this.redactor.object(line));
      bytes += line.length;
      if (bytes < turnBytes) continue;
      bytes = 0;
      await this.turn();
    }
    return Buffer.from(lines.join('\n'), 'latin1');
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
