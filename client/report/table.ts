import Table from "cli-table3";
import type { Results } from "../../crds/types/results.ts";
import { targetCount, took, verifiedWords } from "./evidence.ts";

/** Results as a table for a terminal, without colour. Control characters of strangers' text are dropped. */
export function resultsTable(results: Results): string {
  const table = new Table({
    head: ["action", "role", "verdict", "expected", "verified", "targets", "took"],
    style: { head: [], border: [], compact: true },
  });
  for (const result of results.actions) {
    const expected = result.expected ? "yes" : `NO, ${(result.expect ?? ["Passed"]).join(" or ")}`;
    table.push(
      [
        `${result.namespace}/${result.name}`,
        result.role,
        result.verdict,
        expected,
        verifiedWords(result),
        String(targetCount(result)),
        took(result),
      ].map(plain),
    );
  }
  return table.toString();
}

function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, " ");
}
