import type { Kind, NameShape } from './option-kind.ts';

/** What reading one value came to. `expected` completes "expected ..."; `problem` is a sentence of its own where the value has the right type. */
export type Read =
  | { ok: true; value: unknown; warnings?: readonly string[] }
  | { ok: false; expected: string }
  | { ok: false; problem: string };

export function isScalar(raw: unknown): raw is string | number | boolean {
  return typeof raw === 'string' || typeof raw === 'number' || typeof raw === 'boolean';
}

export const nulProblem = 'contains a NUL character, which no argument and no environment variable can hold';

/** Digits may come as text: forms and flags know nothing else. */
export function readInteger(raw: unknown, kind: Extract<Kind, { is: 'integer' }>): Read {
  const value = typeof raw === 'string' && /^\s*[+-]?\d+\s*$/.test(raw) ? Number(raw) : raw;
  const fits = typeof value === 'number' && Number.isInteger(value) && value >= kind.min && value <= kind.max;
  return fits ? { ok: true, value } : { ok: false, expected: `a whole number from ${kind.min} to ${kind.max}` };
}

export function readBoolean(raw: unknown): Read {
  if (typeof raw === 'boolean') return { ok: true, value: raw };
  const word = typeof raw === 'string' ? raw.trim().toLowerCase() : undefined;
  if (word === 'true' || word === 'false') return { ok: true, value: word === 'true' };
  return { ok: false, expected: 'true or false' };
}

export function readChoice(raw: unknown, kind: Extract<Kind, { is: 'choice' }>): Read {
  const word = typeof raw === 'string' ? raw.trim() : undefined;
  if (word !== undefined && kind.of.includes(word)) return { ok: true, value: word };
  return { ok: false, expected: `one of ${kind.of.join(', ')}` };
}

export function readText(raw: unknown): Read {
  if (typeof raw !== 'string') return { ok: false, expected: 'text' };
  return raw.includes('\0') ? { ok: false, problem: nulProblem } : { ok: true, value: raw };
}

interface Shape {
  pattern: RegExp;
  charactersMax: number;
  expected: string;
}

const label = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const pathPart = '[a-z0-9]+(?:(?:\\.|_{1,2}|-+)[a-z0-9]+)*';
const registry = '[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\\d+)?';

/** RFC 1123 names as the API server checks them, and image references in the grammar of distribution/reference. */
const shapes: Record<NameShape, Shape> = {
  word: { pattern: /^[^\s\p{Cc}]+$/u, charactersMax: 512, expected: 'one word without blanks' },
  path: { pattern: /^[^\p{Cc}]+$/u, charactersMax: 4096, expected: 'a file path' },
  'absolute-path': { pattern: /^\/[^\p{Cc}]*$/u, charactersMax: 4096, expected: 'an absolute path, starting with /' },
  'dns-label': {
    pattern: new RegExp(`^${label}$`),
    charactersMax: 63,
    expected: 'a DNS label: at most 63 of a-z, 0-9 and -, with a letter or digit at both ends',
  },
  'dns-subdomain': {
    pattern: new RegExp(`^${label}(?:\\.${label})*$`),
    charactersMax: 253,
    expected: 'a DNS name: at most 253 of a-z, 0-9, - and ., with a letter or digit at both ends of each part',
  },
  image: {
    pattern: new RegExp(
      `^(?:${registry}/)?${pathPart}(?:/${pathPart})*(?::\\w[\\w.-]{0,127})?(?:@[a-z0-9+._-]+:[0-9a-fA-F]{32,})?$`,
    ),
    charactersMax: 1024,
    expected: 'an image reference such as registry.example/team/claude:1.2',
  },
};

export function readName(raw: unknown, shape: NameShape): Read {
  const { pattern, charactersMax, expected } = shapes[shape];
  if (typeof raw !== 'string') return { ok: false, expected };
  if (raw.includes('\0')) return { ok: false, problem: nulProblem };
  const name = raw.trim();
  return name.length <= charactersMax && pattern.test(name) ? { ok: true, value: name } : { ok: false, expected };
}
