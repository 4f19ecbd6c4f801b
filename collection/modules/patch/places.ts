import type { Target } from "./request.ts";

/** "Deployment web", for people. */
export function named({ kind, name }: Target): string {
  return `${kind} ${name}`;
}

/** At most five places, and how many more there are. */
export function placesText(places: readonly string[]): string {
  const more = places.length - 5;
  return places.slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
