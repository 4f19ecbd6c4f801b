import { CONFIDENCE, type Finding } from "./finding.ts";

/** A finding, and a sentence where another one speaks against it. */
export interface Settled {
  readonly finding: Finding;
  readonly conflict?: string;
}

/**
 * Weighs two pieces of evidence on one badge, the stronger first. They may disagree, but never to the advantage of
 * green: a "passing" gives way to a failing, and is unknown beside any other state.
 */
export function settle(strong: Finding, weak: Finding | undefined): Settled {
  if (weak === undefined || weak.confidence === 0 || agree(strong, weak))
    return { finding: strong };
  const conflict = disagreement(strong, weak);
  if (strong.state !== "passing")
    return weak.state === "passing" ? { finding: strong, conflict } : { finding: strong };
  if (weak.state === "failing") return { finding: weak, conflict };
  const rule = `${strong.rule}, but ${weak.rule}`;
  return { finding: { state: "unknown", rule, confidence: CONFIDENCE.doubt }, conflict };
}

function agree(strong: Finding, weak: Finding): boolean {
  return strong.state === weak.state || weak.state === "info";
}

function disagreement(one: Finding, other: Finding): string {
  return `${one.state} (${one.rule}) against ${other.state} (${other.rule})`;
}
