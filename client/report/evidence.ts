import { formatSpan } from "../duration.ts";
import type { ActionResult } from "../results.ts";

/** A target for people: Pod shop/web-1, or what stands for it. */
export function targetName({ kind, namespace, name }: ActionResult["targets"][number]): string {
  return `${kind} ${namespace ? `${namespace}/` : ""}${name}`;
}

/** How many targets an action had, those not listed included. */
export function targetCount({ targets, targetsOmitted = 0 }: ActionResult): number {
  return targets.length + targetsOmitted;
}

/** Seconds from start to completion, or undefined if it has not both. */
export function tookSeconds({ startTime, completionTime }: ActionResult): number | undefined {
  if (!startTime || !completionTime) return undefined;
  const ms = Date.parse(completionTime) - Date.parse(startTime);
  return Number.isFinite(ms) ? Math.max(ms, 0) / 1000 : undefined;
}

/** The same for people; a dash if it never ran. */
export function took(result: ActionResult): string {
  const seconds = tookSeconds(result);
  return seconds === undefined ? "-" : formatSpan(seconds * 1000);
}

/** Whether evidence backs the verdict, in words. */
export function verifiedWords({ verified, verdict }: ActionResult): string {
  if (verified) return "yes";
  return verdict === "Passed" ? "no, unverified" : "-";
}

/** Whether the end of the fault was seen, in words. */
export function undoneWords({ recovered }: ActionResult): string {
  if (recovered === undefined || recovered === null) return "-";
  return recovered ? "yes" : "NO";
}
