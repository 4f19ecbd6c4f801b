import { badgen } from "badgen";
import type { Results } from "../../crds/types/results.ts";
import { unverifiedCount, wrongsOf } from "./wrongs.ts";

/** The answer of an endpoint to shields.io: https://shields.io/badges/endpoint-badge */
export interface EndpointBadge {
  schemaVersion: 1;
  label: string;
  message: string;
  color: "brightgreen" | "yellow" | "red" | "lightgrey";
  /** Keeps a reader's own choice of colour from hiding a failure. */
  isError?: true;
}

/**
 * Results as a badge. Green only if something ran and all of it is as expected and backed by evidence: whatever failed, errored or
 * was not undone makes it red, a pass without evidence yellow, and nothing at all grey.
 */
export function endpointBadge(results: Results): EndpointBadge {
  const badge = { schemaVersion: 1, label: "faults" } as const;
  const { actions } = results;
  if (!isGood(results)) return { ...badge, message: failure(results), color: "red", isError: true };
  if (actions.length === 0) return { ...badge, message: "no actions", color: "lightgrey" };
  const all = `${actions.length} of ${actions.length} passed`;
  const unverified = unverifiedCount(results);
  if (unverified === 0) return { ...badge, message: all, color: "brightgreen" };
  const message = unverified === actions.length ? "unverified" : `${all}, ${unverified} unverified`;
  return { ...badge, message, color: "yellow" };
}

/** What shields means by its names: https://github.com/badges/shields/blob/master/badge-maker/lib/color.js */
const HEX: Readonly<Record<EndpointBadge["color"], string>> = {
  brightgreen: "4c1",
  yellow: "dfb317",
  red: "e05d44",
  lightgrey: "9f9f9f",
};

/** The same badge as an SVG image. */
export function badgeSvg(results: Results): string {
  const { label, message, color } = endpointBadge(results);
  return badgen({ label, status: message, color: HEX[color] });
}

/** The outcome says it already; each part is looked at as well, so that a mistake there cannot make a badge green. */
function isGood(results: Results): boolean {
  const { outcome, actions, steps = [] } = results;
  return (
    outcome === "passed" &&
    wrongsOf(results).length === 0 &&
    steps.every((step) => step.outcome !== "failed") &&
    actions.every(({ verdict, recovered }) => verdict !== "Error" && recovered !== false)
  );
}

function failure({ actions, commands = [], probes = [] }: Results): string {
  const bad = actions.filter(
    ({ expected, recovered, verdict }) => !expected || recovered === false || verdict === "Error",
  ).length;
  const parts = [
    ...(bad > 0 ? [`${bad} of ${actions.length} failed`] : []),
    ...(commands.some(({ outcome }) => outcome !== "passed") ? ["command failed"] : []),
    ...(probes.some(({ outcome }) => outcome !== "passed") ? ["probe breached"] : []),
  ];
  return parts.join(", ") || "failed";
}
