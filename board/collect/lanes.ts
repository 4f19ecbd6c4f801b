/** Runs `work` on every item, at most `width` at a time for each key; different keys do not wait for each other. */
export async function inLanes<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = Map.groupBy(items, keyOf);
  const workers = [...lanes.values()].flatMap((lane) => {
    const rest = lane.values();
    return Array.from({ length: Math.min(width, lane.length) }, async () => {
      for (const item of rest) await work(item);
    });
  });
  await Promise.all(workers);
}
