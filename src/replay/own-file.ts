/** A file of this room: beside this one in `src`, and one folder away from where the built package keeps what is shared. */
export function ownFile(name: 'child' | 'entry'): URL {
  const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`../replay/${name}.${ending}`, import.meta.url);
}
