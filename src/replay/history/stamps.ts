/** ns since the epoch of an RFC 3339 stamp in UTC: a double does not hold them. */
export function nanoseconds(stamp: string | undefined): bigint | undefined {
  if (stamp === undefined) return undefined;
  const seconds = Date.parse(`${stamp.slice(0, 19)}Z`);
  if (Number.isNaN(seconds)) return undefined;
  const fraction = /\.(\d+)/.exec(stamp)?.[1] ?? '';
  return BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

export function stampOf(ns: bigint): string {
  const seconds = new Date(Number(ns / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % 1_000_000_000n).padStart(9, '0')}Z`;
}
