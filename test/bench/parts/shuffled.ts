/** The same values in an order drawn by chance. */
export function shuffled<T>(values: readonly T[], random: () => number = Math.random): T[] {
  const drawn = values.map((value) => ({ value, lot: random() }));
  return drawn.sort((a, b) => a.lot - b.lot).map(({ value }) => value);
}
