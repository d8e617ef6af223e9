export interface Bucket {
  from: number;
  to: number;
  lines: number;
  bytes: number;
}

const bucketsMax = 4096;

/** Lines and bytes over time, in as many buckets as fit: they grow with the run. */
export class Rate {
  private width = 100;
  private buckets: { lines: number; bytes: number }[] = [];
  lines = 0;
  bytes = 0;

  add(t: number, lines: number, bytes: number): void {
    this.lines += lines;
    this.bytes += bytes;
    while (Math.floor(t / this.width) >= bucketsMax) this.coarsen();
    const index = Math.max(0, Math.floor(t / this.width));
    while (this.buckets.length <= index) this.buckets.push({ lines: 0, bytes: 0 });
    const bucket = this.buckets[index];
    if (bucket === undefined) return;
    bucket.lines += lines;
    bucket.bytes += bytes;
  }

  /** So many equal pieces of a time, those without output left out. */
  over(from: number, to: number, pieces: number): Bucket[] {
    const step = Math.max(this.width, (to - from) / pieces);
    const out = new Map<number, Bucket>();
    for (const [index, { lines, bytes }] of this.buckets.entries()) {
      const t = index * this.width;
      if (lines === 0 || t < from || t > to) continue;
      const piece = Math.min(pieces - 1, Math.floor((t - from) / step));
      const start = from + piece * step;
      const bucket = out.get(piece) ?? { from: start, to: Math.min(to, start + step), lines: 0, bytes: 0 };
      out.set(piece, { ...bucket, lines: bucket.lines + lines, bytes: bucket.bytes + bytes });
    }
    return [...out.values()];
  }

  private coarsen(): void {
    this.width *= 2;
    const before = this.buckets;
    this.buckets = Array.from({ length: Math.ceil(before.length / 2) }, (_, index) => {
      const [one, other] = [before[index * 2], before[index * 2 + 1]];
      return {
        lines: (one?.lines ?? 0) + (other?.lines ?? 0),
        bytes: (one?.bytes ?? 0) + (other?.bytes ?? 0),
      };
    });
  }
}
