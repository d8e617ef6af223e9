/** `350 ms`, `12.3 s`, `4 min 05 s`, `1 h 02 min`. */
export function span(ms: number): string {
  if (ms < 0) return `-${span(-ms)}`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** A moment as it stands in a column: `+0.350 s`, `+4:05.0`, `+1:04:05`. */
export function moment(ms: number): string {
  if (ms < 0) return `before the run (${span(ms)})`;
  if (ms < 60_000) return `+${(ms / 1000).toFixed(3)} s`;
  const tenths = Math.floor(ms / 100);
  const minutes = Math.floor(tenths / 600);
  const seconds = `${two(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
  return minutes < 60 ? `+${minutes}:${seconds}` : `+${Math.floor(minutes / 60)}:${two(minutes % 60)}:${seconds}`;
}

/** The time of day by UTC, to lay the page beside other logs. */
export function clock(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(11, 23);
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}

export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? one : many}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
