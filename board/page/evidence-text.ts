const DEEPEST = 3;
const LONGEST = 300; // characters

/**
 * Evidence as a line of text: "received 10, latencyMs (max 42.8, min 7)". Evidence is JSON of any form and depth from
 * strangers; what is deeper or longer than a person reads is left out.
 */
export function evidenceText(evidence: unknown): string {
  const text = textOf(evidence, 0);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).toWellFormed()}…`;
}

function textOf(value: unknown, depth: number): string {
  if (value === null || value === undefined) return depth === 0 ? "" : "none";
  if (typeof value !== "object") return String(value);
  if (depth >= DEEPEST) return "…";
  const parts = Array.isArray(value)
    ? value.slice(0, LONGEST).map((item) => textOf(item, depth + 1))
    : Object.entries(value)
        .slice(0, LONGEST)
        .map(([key, item]) => `${key} ${textOf(item, depth + 1)}`);
  return depth === 0 ? parts.join(", ") : `(${parts.join(", ")})`;
}
