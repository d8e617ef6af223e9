/** A deep copy of what came as JSON: of such values several times as fast as structuredClone. */
export function copyOf<T>(value: T): T {
  return copied(value) as T;
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    // Assigned, this one name would be the prototype.
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value: copied(inner), enumerable: true, writable: true });
    else copy[key] = copied(inner);
  }
  return copy;
}
