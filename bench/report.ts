/** The only place of the benchmarks that writes to the terminal. */
export function title(text: string): void {
  console.log(`\n${text}`);
}

/** One row: what was measured, what came, and what the target is, side by side. Nothing is judged. */
export function row(what: string, value: string, target = ''): void {
  console.log(`  ${what.padEnd(58)} ${value.padStart(20)}${target === '' ? '' : `   target ${target}`}`);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Between which of the values the true median lies with 95 % (binomial, no assumption about how they are spread). */
export function medianLies(values: readonly number[]): [number, number] {
  const share = 0.98 / Math.sqrt(values.length);
  return [percentile(values, 0.5 - share), percentile(values, 0.5 + share)];
}

export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(2)} x`;
}
