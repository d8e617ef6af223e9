/** What stands for every value outside a closed set. */
export const other = '_OTHER';

/** The members of a union as a list: a member that is forgotten, or gone, does not compile. */
export function closed<T extends string>(members: Record<T, true>): readonly T[] {
  return Object.keys(members).filter((name): name is T => Object.hasOwn(members, name));
}
