/**
 * A Kubernetes label value made of any text: what is not a letter, digit, `-`, `_` or `.` becomes `-`, at most 63
 * characters, both ends a letter or digit. Undefined when nothing is left.
 */
export function labelValue(text: string): string | undefined {
  const value = text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 63)
    .replace(/[^A-Za-z0-9]+$/, '');
  return value === '' ? undefined : value;
}
