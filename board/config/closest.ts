import { closest, distance } from "fastest-levenshtein";

/** The known name that a mistyped one most likely means, or undefined where none is near. */
export function closestOf(name: string, known: readonly string[]): string | undefined {
  const simple = (text: string) => text.toLowerCase().replace(/[-_ ]/gu, "");
  const same = known.find((candidate) => simple(candidate) === simple(name));
  if (same !== undefined || known.length === 0) return same;
  const nearest = closest(name, [...known]);
  return distance(name, nearest) <= Math.max(1, Math.floor(nearest.length / 3))
    ? nearest
    : undefined;
}

/** `, did you mean "color"?` or nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = closestOf(name, known);
  return nearest === undefined ? "" : `, did you mean "${nearest}"?`;
}
