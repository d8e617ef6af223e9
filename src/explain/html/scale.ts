/** A piece of the run's time, laid over the width of a track. */
export interface Scale {
  from: number;
  to: number;
}

export interface Tick {
  at: number;
  label: string;
}

/** Where a moment stands, in percent of the width, kept within the track. */
export function percent({ from, to }: Scale, t: number): number {
  return Math.min(100, Math.max(0, ((t - from) / Math.max(1, to - from)) * 100));
}

/** As an attribute: two digits are a tenth of a pixel. */
export function at(scale: Scale, t: number): string {
  return `${round(percent(scale, t))}%`;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const seconds = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const minutes = [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440, 7200, 43_200];
const steps = [...seconds.map((one) => one * 1000), ...minutes.map((one) => one * 60_000)];
const ticksMax = 9;

/** Round moments, at most nine of them. */
export function ticksOf({ from, to }: Scale): Tick[] {
  const step = steps.find((one) => (to - from) / one <= ticksMax) ?? (to - from) / ticksMax;
  const first = Math.ceil(from / step) * step;
  const length = Math.max(0, Math.floor((to - first) / step)) + 1;
  return Array.from({ length }, (_, index) => first + index * step).map((t) => ({ at: t, label: label(t, step) }));
}

function label(t: number, step: number): string {
  if (t === 0) return '0';
  if (step >= 60_000) return `${round(t / 60_000)} min`;
  const digits = step < 1000 ? 1 : 0;
  if (t < 60_000) return `${(t / 1000).toFixed(digits)} s`;
  const rest = ((t % 60_000) / 1000).toFixed(digits).padStart(digits === 0 ? 2 : 4, '0');
  return `${Math.floor(t / 60_000)}:${rest} min`;
}
