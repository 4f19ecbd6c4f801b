import { badgen } from "badgen";
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

/** Worst first: the order in which a badge tells what there is. */
const ORDER: readonly Standing[] = [
  "failing",
  "warning",
  "stale",
  "unread",
  "unknown",
  "cancelled",
  "running",
  "unverified",
  "skipped",
  "expected",
  "passing",
  "info",
];
const COLORS: Readonly<Partial<Record<Standing, Color>>> = {
  failing: "red",
  warning: "yellow",
  unverified: "yellow",
  running: "blue",
};
/** What may stand beside a passing without taking its green. */
const CALM: ReadonlySet<Standing> = new Set(["passing", "expected", "info"]);
const MOST_PARTS = 3;
const LONGEST_LABEL = 60; // characters

/** The worst of some standings; "unknown" where there is none, because nothing is no success. */
export function worstStanding(standings: readonly Standing[]): Standing {
  return ORDER.find((standing) => standings.includes(standing)) ?? "unknown";
}

/** Sums up standings as a badge. Green only if something passes and all the rest is expected or mere information. */
export function endpointBadge(label: string, standings: readonly Standing[]): EndpointBadge {
  const badge = { schemaVersion: 1, label: plainText(label, LONGEST_LABEL) || "board" } as const;
  const counts = ORDER.map((standing) => ({
    standing,
    count: standings.filter((other) => other === standing).length,
  })).filter(({ count }) => count > 0);
  const [worst] = counts;
  if (worst === undefined) return { ...badge, message: "no tiles", color: "lightgrey" };
  const message = counts
    .slice(0, MOST_PARTS)
    .map(({ standing, count }) => `${count} ${standingWord(standing)}`)
    .join(", ");
  if (worst.standing === "failing") return { ...badge, message, color: "red", isError: true };
  return { ...badge, message, color: colorOf(counts) };
}

function colorOf(counts: ReadonlyArray<{ readonly standing: Standing }>): Color {
  const isCalm = counts.every(({ standing }) => CALM.has(standing));
  const hasPassing = counts.some(({ standing }) => standing === "passing");
  if (isCalm) return hasPassing ? "brightgreen" : "lightgrey";
  return COLORS[counts[0]?.standing ?? "unknown"] ?? "lightgrey";
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
