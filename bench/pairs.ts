/** Each stretch with the one after it: what is measured was on in one of them, by turns in the first and the second. */
export function pairsOf<T>(stretches: readonly T[], isOn: (stretch: T) => boolean): { on: T; off: T }[] {
  return stretches.slice(1).flatMap((one, index) => {
    const other = stretches[index];
    if (other === undefined || index % 2 === 1 || isOn(one) === isOn(other)) return [];
    return [isOn(one) ? { on: one, off: other } : { on: other, off: one }];
  });
}
