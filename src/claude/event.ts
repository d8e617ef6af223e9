/** A JSON object of a stream-json line. Its fields are read one by one: the format grows with every version of Claude Code. */
export type Fields = Readonly<Record<string, unknown>>;

export type Decoded = { is: 'event'; event: Fields } | { is: 'plain'; text: string } | { is: 'unreadable' };

/** One line of output. Protocol lines are JSON objects with a `type`, in any key order; never throws. */
export function decode(line: string): Decoded {
  const text = line.trimEnd();
  if (!text.startsWith('{')) return { is: 'plain', text };
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) && typeof value.type === 'string' ? { is: 'event', event: value } : { is: 'plain', text };
  } catch {
    // Cut in the middle (SIGKILL), or broken on its way: it is no text of anybody's.
    return { is: 'unreadable' };
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsIn(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
