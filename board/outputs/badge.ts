import { badgen } from "badgen";
import { countsOf, isCalm, LOOKS } from "../model/looks.ts";
import { plainText } from "./plain-text.ts";
import { type Standing, standingWord } from "./standing.ts";

type Color = "brightgreen" | "yellow" | "red" | "blue" | "lightgrey";

/** The answer of an endpoint to shields.io: https://shields.io/badges/endpoint-badge */
export interface EndpointBadge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: Color;
  /** Keeps a reader's own choice of colour from hiding a failure. */
  readonly isError?: true;
}

/** Worst first: the order in which a badge tells what there is. What is old stands before what was not read. */
const ORDER: readonly Standing[] = LOOKS.flatMap((look) =>
  look === "unread" ? ["stale", look] : [look],
);
const COLORS: Readonly<Partial<Record<Standing, Color>>> = {
  failing: "red",
  warning: "yellow",
  unverified: "yellow",
  running: "blue",
};
const MOST_PARTS = 3;
const LONGEST_LABEL = 60; // characters

/** The worst of some standings; "unknown" where there is none, because nothing is no success. */
export function worstStanding(standings: readonly Standing[]): Standing {
  return ORDER.find((standing) => standings.includes(standing)) ?? "unknown";
}

/** Sums up standings as a badge. Green only if something passes and all the rest is expected or mere information. */
export function endpointBadge(label: string, standings: readonly Standing[]): EndpointBadge {
  const badge = { schemaVersion: 1, label: plainText(label, LONGEST_LABEL) || "board" } as const;
  const counts = countsOf(standings, ORDER);
  const [worst] = counts[0] ?? [];
  if (worst === undefined) return { ...badge, message: "no tiles", color: "lightgrey" };
  const message = counts
    .slice(0, MOST_PARTS)
    .map(([standing, count]) => `${count} ${standingWord(standing)}`)
    .join(", ");
  if (worst === "failing") return { ...badge, message, color: "red", isError: true };
  return { ...badge, message, color: colorOf(worst, standings) };
}

function colorOf(worst: Standing, standings: readonly Standing[]): Color {
  if (!standings.every(isCalm)) return COLORS[worst] ?? "lightgrey";
  return standings.includes("passing") ? "brightgreen" : "lightgrey";
}

/** What shields means by its names: https://github.com/badges/shields/blob/master/badge-maker/lib/color.js */
const HEX: Readonly<Record<Color, string>> = {
  brightgreen: "4c1",
  yellow: "dfb317",
  red: "e05d44",
  blue: "007ec6",
  lightgrey: "9f9f9f",
};

/** The same badge as an SVG image; flat, because badgen draws random ids into its other style. */
export function badgeSvg({ label, message, color }: EndpointBadge): string {
  const hex = HEX[color] as "blue"; // badgen's type knows its names alone; it takes any hex
  return badgen({ label, status: message, color: hex, style: "flat" });
}
