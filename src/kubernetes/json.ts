/** Reading of JSON that the API server wrote: what is absent or of another type is undefined, never an error. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function at(from: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isJson(value) ? value[key] : undefined), from);
}

export function fields(from: unknown, ...path: string[]): Json | undefined {
  const value = at(from, path);
  return isJson(value) ? value : undefined;
}

export function text(from: unknown, ...path: string[]): string | undefined {
  const value = at(from, path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function number(from: unknown, ...path: string[]): number | undefined {
  const value = at(from, path);
  return typeof value === 'number' ? value : undefined;
}

export function list(from: unknown, ...path: string[]): readonly Json[] {
  const value = at(from, path);
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** RFC 3339 to ms since the epoch. */
export function time(from: unknown, ...path: string[]): number | undefined {
  const value = text(from, ...path);
  const ms = value === undefined ? Number.NaN : Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

export function texts(from: unknown, ...path: string[]): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(from, ...path) ?? {});
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
