import type { Read } from './scalar.ts';

/** Suffixes of a Kubernetes quantity and what they multiply by (apimachinery, `resource.Quantity`). */
const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** CPUs or bytes that a quantity stands for; undefined when it is none. */
export function quantityValue(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)?)$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const factor = factors[match[3] ?? ''];
  const value = Number(match[1] + (match[2] ?? '')) * (factor ?? 1);
  return Number.isFinite(value) ? value : undefined;
}

const examples = { cpu: 'such as 500m or 2', memory: 'such as 512Mi or 8Gi' } as const;

/**
 * A CPU or memory quantity, as text or number.
 * `100m` of memory is a tenth of a byte, which the API server accepts and no container survives: it is refused here.
 */
export function readQuantity(raw: unknown, of: 'cpu' | 'memory'): Read {
  const expected = `a Kubernetes quantity ${examples[of]}`;
  if (typeof raw !== 'string' && typeof raw !== 'number') return { ok: false, expected };
  const text = String(raw).trim();
  const value = quantityValue(text);
  if (value === undefined) return { ok: false, expected };
  const least = of === 'cpu' ? 0.001 : 1;
  if (value < least) {
    return { ok: false, expected: `${expected}, at least ${of === 'cpu' ? '1m (a thousandth of a CPU)' : '1 byte'}` };
  }
  return { ok: true, value: text };
}
